import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../src/config/setting-names.ts';

const ROOT = resolve(__dirname, '..');

interface SourceFile {
  /** From the root: `src/http/endpoint.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports: a path from the root where it is a file of ours, else the package. */
  readonly imports: readonly string[];
}

const filesOf = (folder: string): SourceFile[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(path), target)) : target,
  );
}

/** Without comments, which may name what the code must not use. */
const codeOf = ({ text }: SourceFile): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

const src = filesOf('src');
const functions = filesOf('functions');
const local = filesOf('local');

/** Who wires: these may import everything. */
const COMPOSITION = ['src/app.ts', 'src/app-core.ts', 'src/app-runtime.ts', 'src/app-profiles.ts'];

/** Which folders of src a folder may import; a file beside the folders is a leaf that all may. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  config: [],
  upstream: [],
  identity: ['upstream', 'config'],
  secrets: ['identity', 'upstream', 'config'],
  issuers: ['secrets', 'identity', 'upstream', 'config'],
  tokens: ['issuers', 'upstream'],
  'power-bi': ['issuers', 'secrets', 'upstream', 'config'],
  callers: ['issuers', 'secrets', 'upstream', 'config'],
  'sign-in': ['issuers', 'secrets', 'upstream', 'config'],
  readiness: ['tokens', 'sign-in', 'power-bi', 'issuers', 'secrets', 'identity', 'upstream', 'config'],
  http: ['callers', 'sign-in', 'readiness', 'tokens', 'power-bi', 'issuers', 'config', 'upstream', 'secrets'],
};

/** `http` of `src/http/endpoint.ts`; undefined for a file beside the folders. */
const folderOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];

test('the files are found, and their imports read', () => {
  const endpoint = src.find(({ path }) => path === 'src/http/endpoint.ts');
  expect(endpoint?.imports).toEqual(
    expect.arrayContaining(['@azure/functions', 'src/clock.ts', 'src/http/problem.ts']),
  );
  expect([src.length, functions.length, local.length].every((count) => count > 3)).toBe(true);
});

test('every folder of src has its place in the order of layers', () => {
  expect([...new Set(src.flatMap(({ path }) => folderOf(path) ?? []))].sort()).toEqual(Object.keys(ALLOWED).sort());
});

test('imports go one way', () => {
  const wrong = src
    .filter(({ path }) => !COMPOSITION.includes(path))
    .flatMap(({ path, imports }) => {
      const folder = folderOf(path);
      return imports
        .flatMap((target) => folderOf(target) ?? [])
        .filter((target) => folder !== undefined && target !== folder && ALLOWED[folder]?.includes(target) !== true)
        .map((target) => `${path} imports ${target}`);
    });
  expect(wrong).toEqual([]);
});

test.each(['src/errors.ts', 'src/clock.ts', 'src/access-token.ts', 'src/log.ts', 'src/warm-cache.ts'])(
  '%s is a leaf: it imports no folder',
  (path) => {
    const file = src.find((candidate) => candidate.path === path);
    expect(file?.imports.filter((target) => folderOf(target) !== undefined)).toEqual([]);
  },
);

test('nothing imports what wires, but what wires and the functions', () => {
  const wrong = src
    .filter(({ path }) => !COMPOSITION.includes(path))
    .filter(({ imports }) => imports.some((target) => COMPOSITION.includes(target)))
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('src/http alone knows the host, and beside it who wires', () => {
  const knowing = src.filter(({ imports }) => imports.includes('@azure/functions')).map(({ path }) => path);
  expect(knowing.filter((path) => folderOf(path) !== 'http' && !COMPOSITION.includes(path))).toEqual([]);
});

test('src and local never import each other, and neither imports a test', () => {
  const reaching = (files: readonly SourceFile[], folders: RegExp): string[] =>
    files.filter(({ imports }) => imports.some((target) => folders.test(target))).map(({ path }) => path);
  expect(reaching([...src, ...functions], /^(local|test|bench)\//)).toEqual([]);
  expect(reaching(local, /^(src|functions|test|bench)\//)).toEqual([]);
});

test('the environment is read in one place', () => {
  const reading = [...src, ...functions]
    .filter((file) => /\bprocess\.|\bprocess\b.*'node:process'/.test(codeOf(file)))
    .map(({ path }) => path);
  expect(reading).toEqual(['functions/app.ts']);
});

test.each([
  ['a clock', /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bprocess\.hrtime\b/],
  ['a timer', /\bset(Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|'node:timers/],
  ['chance', /\bMath\.random\b/],
  ['the network', /\bglobalThis\.fetch\b(?<!typeof globalThis\.fetch)|'node:https?'/],
  ['the console', /\bconsole\.\w/],
])('%s is taken from the machine in one place', (_, pattern) => {
  const taking = [...src, ...functions].filter((file) => pattern.test(codeOf(file))).map(({ path }) => path);
  expect(taking.filter((path) => path !== 'src/app-runtime.ts')).toEqual([]);
});

test('whoever calls fetch was given it', () => {
  const calling = src.filter((file) => /(await|return|=>|=) fetch\(/.test(codeOf(file)));
  expect(calling.filter((file) => !/\bfetch(,|:| })/.test(codeOf(file))).map(({ path }) => path)).toEqual([]);
});

test('the only classes are errors', () => {
  const classes = src.flatMap((file) => [...codeOf(file).matchAll(/\bclass (\w+)( extends \w*Error)?/g)]);
  expect(classes.filter(([, , parent]) => parent === undefined).map(([text]) => text)).toEqual([]);
});

test('nothing is lost of what is wrong: no catch without a word', () => {
  const silent = [...src, ...functions].filter(({ text }) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('every setting of the list is read; the compiler sees to the other way round', () => {
  const config = src.filter(({ path }) => path.startsWith('src/config/') && !path.endsWith('setting-names.ts'));
  const code = config.map(codeOf).join('\n');
  const unread = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES].filter((name) => !code.includes(`'${name}'`));
  expect(unread).toEqual([]);
});
