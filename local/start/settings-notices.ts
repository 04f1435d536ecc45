import { parseTree, type Node } from 'jsonc-parser';
import { nearestName } from './nearest-name.ts';

/** Settings of the Functions host and of Node.js. They are not settings of the app. */
const hostSettingNames =
  /^(AzureWebJobs|AzureFunctionsJobHost_|FUNCTIONS_|WEBSITE_|APPLICATIONINSIGHTS_|APPINSIGHTS_|AzureFunctionsWebHost_|NODE_|languageWorkers)/i;

const membersOfFile = ['IsEncrypted', 'Values', 'Host', 'ConnectionStrings'];
const membersOfHost = ['LocalHttpPort', 'CORS', 'CORSCredentials'];
/** The form of Entra's client secrets, and of JWTs. */
const secretForm = /[\w.~-]{3}\dQ~[\w.~-]{30,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/;
const nameOfSecret = /(SECRET|PASSWORD)$/i;

/**
 * The parts of local.settings.json that have no effect, in sentences with the line: unknown properties and settings, with the
 * name that was probably meant, and origins that no browser sends. Also settings that contain a secret. `text` is the text of
 * the file, `known` are the names of the app's settings.
 */
export function describeUnknownSettings(text: string, known: readonly string[]): readonly string[] {
  const file = membersOf(text, parseTree(text, [], { allowTrailingComma: true }));
  const values = membersOf(text, find(file, 'Values')?.value);
  const host = membersOf(text, find(file, 'Host')?.value);
  return [
    ...unknownIn(file, membersOfFile).map((member) => describe('the property ', member, membersOfFile)),
    ...unknownIn(host, membersOfHost).map((member) => describe('Host.', member, membersOfHost)),
    ...values.filter((member) => isSecret(member, known)).map(describeSecret),
    ...unknownIn(values, known)
      .filter((member) => !hostSettingNames.test(member.name) && !isSecret(member, known))
      .map((member) => describe('the setting ', member, known)),
    ...describeOrigins(find(host, 'CORS')),
  ];
}

/** Environment variables whose names are a typo away from a setting of the app. */
export function describeMisspelledVariables(environment: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  return Object.keys(environment)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = nearestName(name, known);
      return meant === undefined ? [] : [`The environment variable ${name} is unknown. Did you mean ${meant}?`];
    });
}

/** A property of an object in the file. */
interface Member {
  readonly name: string;
  readonly value: Node;
  readonly line: number;
}

function membersOf(text: string, node: Node | undefined): readonly Member[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ offset, children: [key, value] = [] }) =>
    key === undefined || value === undefined
      ? []
      : [{ name: String(key.value), value, line: text.slice(0, offset).split('\n').length }],
  );
}

/** The last one, as a parser takes it. */
function find(members: readonly Member[], wanted: string): Member | undefined {
  return members.filter(({ name }) => name === wanted).at(-1);
}

function describe(kind: string, { name, line }: Member, known: readonly string[]): string {
  const meant = nearestName(name, known);
  const effect = meant === 'Values' ? 'is unknown, so the app gets no setting of it' : 'is unknown and has no effect';
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `local.settings.json, line ${line}: ${kind}${name} ${effect}.${guess}`;
}

/** Whether the setting contains a secret. An unknown one does if its name says so. */
function isSecret({ name, value }: Member, known: readonly string[]): boolean {
  const content = typeof value.value === 'string' ? value.value : '';
  return secretForm.test(content) || (content !== '' && !known.includes(name) && nameOfSecret.test(name));
}

function describeSecret({ name, line }: Member): string {
  return (
    `local.settings.json, line ${line}: the setting ${name} has a value that looks like a secret. The app reads secrets ` +
    'only from Key Vault. Remove the value, and rotate the secret if it is a real one.'
  );
}

function unknownIn(members: readonly Member[], known: readonly string[]): readonly Member[] {
  return members.filter(({ name }) => !known.includes(name));
}

function describeOrigins(cors: Member | undefined): string[] {
  const origins: unknown = cors?.value.value;
  if (typeof origins !== 'string' || origins === '') return [];
  return origins
    .split(',')
    .filter((origin) => origin !== '*' && !isOrigin(origin))
    .map(
      (origin) =>
        `local.settings.json, line ${cors?.line ?? 1}: Host.CORS has "${origin}", which matches no browser. Write origins as ` +
        'browsers send them, such as http://localhost:3000: no spaces, no trailing slash, lower case.',
    );
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
