import { closest, distance } from 'fastest-levenshtein';

/** Settings of the Functions host and of Node.js. They are not settings of the app. */
const hostSettingNames =
  /^(AzureWebJobs|AzureFunctionsJobHost_|FUNCTIONS_|WEBSITE_|APPLICATIONINSIGHTS_|APPINSIGHTS_|AzureFunctionsWebHost_|NODE_|languageWorkers)/i;

const membersOfFile = ['IsEncrypted', 'Values', 'Host', 'ConnectionStrings'];
const membersOfHost = ['LocalHttpPort', 'CORS', 'CORSCredentials'];
const largestTypo = 2;

/**
 * The parts of local.settings.json that have no effect, in sentences: unknown properties and settings, with the name that was
 * probably meant, and origins that no browser sends. `known` are the names of the app's settings.
 */
export function describeUnknownSettings(localSettings: unknown, known: readonly string[]): readonly string[] {
  const file = membersIn(localSettings);
  const values = Object.keys(membersIn(file['Values']));
  const host = membersIn(file['Host']);
  return [
    ...unknownIn(Object.keys(file), membersOfFile).map((name) => describe('the property', name, membersOfFile)),
    ...unknownIn(Object.keys(host), membersOfHost).map((name) => describe('Host.', name, membersOfHost)),
    ...unknownIn(values, known)
      .filter((name) => !hostSettingNames.test(name))
      .map((name) => describe('the setting', name, known)),
    ...describeOrigins(host['CORS']),
  ];
}

/** Environment variables whose names are a typo away from a setting of the app. */
export function describeMisspelledVariables(environment: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  return unknownIn(Object.keys(environment), known).flatMap((name) => {
    const meant = meantBy(name, known);
    return meant === undefined ? [] : [`The environment variable ${name} is unknown. Did you mean ${meant}?`];
  });
}

function describe(kind: string, name: string, known: readonly string[]): string {
  const meant = meantBy(name, known);
  const named = kind.endsWith('.') ? `${kind}${name}` : `${kind} ${name}`;
  return `local.settings.json: ${named} is unknown and has no effect.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
}

function meantBy(name: string, known: readonly string[]): string | undefined {
  const upper = known.map((candidate) => candidate.toUpperCase());
  const nearest = closest(name.toUpperCase(), upper);
  const isNear = distance(name.toUpperCase(), nearest) <= Math.min(largestTypo, name.length / 3);
  return isNear ? known[upper.indexOf(nearest)] : undefined;
}

function unknownIn(names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name));
}

function describeOrigins(cors: unknown): string[] {
  if (typeof cors !== 'string' || cors === '') return [];
  return cors
    .split(',')
    .filter((origin) => origin !== '*' && !isOrigin(origin))
    .map(
      (origin) =>
        `local.settings.json: Host.CORS has "${origin}", which matches no browser. Write origins as browsers send them, ` +
        'such as http://localhost:3000: no spaces, no trailing slash, lower case.',
    );
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function membersIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
