import { getLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

/** An error in the text itself, which a schema cannot find. */
export interface TextFault {
  readonly kind: 'file' | 'twin' | 'secret';
  /** The path to it; empty for the whole file. */
  readonly path: readonly string[];
  readonly problem: string;
}

export interface ProfilesJson {
  /** Undefined if the text is not a JSON object. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly faults: readonly TextFault[];
  /** Where the member with this dotted path is, or else the nearest object around it: ` (line 3, column 5)`. */
  describePlace(path: string): string;
}

const FORM = '{ "profiles": { ... }, "grants": [ ... ] }';

/** Parses the text of profiles.json. Comments and trailing commas are allowed, as in local.settings.json. */
export function parseProfilesJson(text: string): ProfilesJson {
  const secrets = findSecrets(text);
  const failed = (problem: string): ProfilesJson => ({
    value: undefined,
    faults: [{ kind: 'file', path: [], problem }, ...secrets],
    describePlace: () => '',
  });
  if (text.trim() === '') return failed(`is empty or cannot be read: it must be ${FORM}`);
  if (/[\0\uFFFD]/.test(text)) return failed('is not UTF-8 text: save it as UTF-8');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    return failed(
      `is not valid JSON: ${inWords(printParseErrorCode(error.error))}${placeOf(text, error.offset)}. It must be ${FORM}`,
    );
  }
  if (root?.type !== 'object') return failed(`must be a JSON object: ${FORM}`);
  return {
    value: valueOf(root) as Record<string, unknown>,
    faults: [...findTwins(text, root), ...secrets],
    describePlace: (path) => placeOf(text, nodeAt(root, path).offset),
  };
}

/** The form of Entra's client secrets, and of JWTs. */
const SECRET = /[\w.~-]{3}\dQ~[\w.~-]{30,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g;

/** The text without anything that looks like a secret. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET, '…');
}

function findSecrets(text: string): TextFault[] {
  return [...text.matchAll(SECRET)].map(({ index }) => ({
    kind: 'secret',
    path: getLocation(text, index).path.map(String),
    problem:
      'contains a value that looks like a secret or a token. This file may contain only names of Key Vault secrets. Rotate the ' +
      'secret, because anyone who can read this file or its history may know it. Store the new one in Key Vault, and write its ' +
      `name here${placeOf(text, index)}`,
  }));
}

/** The members of an object that has two of the same name: a parser keeps one of them and drops the other silently. */
function findTwins(text: string, node: Node, path: readonly string[] = []): TextFault[] {
  if (node.type === 'array') {
    return (node.children ?? []).flatMap((item, index) => findTwins(text, item, [...path, String(index)]));
  }
  const seen = new Set<string>();
  return membersOf(node).flatMap(({ name, key, value }): TextFault[] => {
    const own = [...path, name];
    const inner = findTwins(text, value, own);
    if (!seen.has(name)) {
      seen.add(name);
      return inner;
    }
    const problem = `occurs more than once: remove one, or give it another name${placeOf(text, key.offset)}`;
    return [{ kind: 'twin', path: own, problem }, ...inner];
  });
}

interface Member {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
}

function membersOf({ type, children = [] }: Node): readonly Member[] {
  if (type !== 'object') return [];
  return children.flatMap(({ children: [key, value] = [] }) =>
    key === undefined || value === undefined ? [] : [{ name: String(key.value), key, value }],
  );
}

/** Like the library's `getNodeValue`, but that one would set the prototype for a property `__proto__`. */
function valueOf(node: Node): unknown {
  if (node.type === 'object')
    return Object.fromEntries(membersOf(node).map(({ name, value }) => [name, valueOf(value)]));
  return node.type === 'array' ? (node.children ?? []).map(valueOf) : (node.value as unknown);
}

/** Names may contain dots, so the path is not split at dots. */
function nodeAt(node: Node, path: string): Node {
  if (node.type === 'array') {
    const [index = ''] = path.split('.', 1);
    const item = node.children?.[Number(index)];
    return path === '' || item === undefined ? node : nodeAt(item, path.slice(index.length + 1));
  }
  const member = membersOf(node)
    .filter(({ name }) => path === name || path.startsWith(`${name}.`))
    .at(-1);
  if (member === undefined) return node;
  const rest = path.slice(member.name.length + 1);
  return rest === '' ? member.key : nodeAt(member.value, rest);
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** `CloseBraceExpected` as "close brace expected". */
function inWords(code: string): string {
  return code.replaceAll(/(?<!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
