import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../src/config/setting-names.ts';

const ROOT = resolve(__dirname, '..');

interface SourceFile {
  /** From the root: `src/http/handler.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports: a path from the root if it is our file, else the package. */
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

/** The composition root: it may import everything. */
const isComposition = (path: string): boolean => folderOf(path) === 'app';

/** The folders of src that a folder imports: exactly these. Files beside the folders are leaves that all may import. */
const IMPORTED: Readonly<Record<string, readonly string[]>> = {
  cache: [],
  config: [],
  upstream: [],
  tokens: ['cache', 'upstream'],
  identity: ['cache', 'tokens', 'upstream'],
  secrets: ['cache', 'config', 'identity', 'upstream'],
  issuers: ['cache', 'config', 'identity', 'secrets', 'tokens', 'upstream'],
  'power-bi': ['cache', 'callers', 'config', 'tokens', 'upstream'],
  callers: ['cache', 'config', 'upstream'],
  profiles: ['callers', 'config', 'identity', 'issuers', 'secrets', 'sign-in', 'tokens'],
  'sign-in': ['cache', 'config', 'issuers', 'secrets', 'tokens', 'upstream'],
  readiness: ['callers', 'config', 'identity', 'power-bi', 'profiles', 'secrets', 'sign-in', 'tokens', 'upstream'],
  http: ['callers', 'config', 'power-bi', 'profiles', 'readiness', 'sign-in', 'tokens', 'upstream'],
  app: [
    'cache',
    'callers',
    'config',
    'http',
    'identity',
    'issuers',
    'power-bi',
    'profiles',
    'readiness',
    'secrets',
    'sign-in',
    'tokens',
  ],
};

/** `http` of `src/http/handler.ts`; undefined for a file beside the folders. */
const folderOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];

test('the files and their imports are found', () => {
  const endpoint = src.find(({ path }) => path === 'src/http/handler.ts');
  expect(endpoint?.imports).toEqual(
    expect.arrayContaining(['@azure/functions', 'src/clock.ts', 'src/http/problem.ts']),
  );
  expect([src.length, local.length].every((count) => count > 3)).toBe(true);
  expect(functions.map(({ path }) => path)).toEqual(['functions/app.ts', 'functions/index.ts']);
});

test('every folder of src imports exactly what the table IMPORTED in this file lists', () => {
  const imported = Object.fromEntries(
    Object.keys(IMPORTED).map((folder) => {
      const targets = src
        .filter(({ path }) => folderOf(path) === folder)
        .flatMap(({ imports }) => imports.map(folderOf));
      return [folder, [...new Set(targets.filter((target) => target !== undefined && target !== folder))].sort()];
    }),
  );
  expect(imported).toEqual(IMPORTED);
  expect([...new Set(src.flatMap(({ path }) => folderOf(path) ?? []))].sort()).toEqual(Object.keys(IMPORTED).sort());
});

test('every arrow of the diagram in docs/architecture.md is an import of the table IMPORTED', () => {
  const [diagram = ''] = /flowchart TD[^`]*/.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
  const folders = new Map(
    [...diagram.matchAll(/(\w+)\["src\/([\w-]+)\//g)].map(([, id, folder]) => [id, folder ?? '']),
  );
  const arrows = [...diagram.matchAll(/^ *(\w+)(?:\[.*?\])? --> (\w+)/gm)]
    .map(([, from, to]) => [folders.get(from) ?? '', folders.get(to) ?? ''] as const)
    .filter(([from]) => from !== '');
  expect(arrows.length).toBeGreaterThan(15);
  expect(arrows.filter(([from, to]) => IMPORTED[from]?.includes(to) !== true)).toEqual([]);
});

test('files beside the folders are leaves: they import only each other', () => {
  const leaves = src.filter(({ path }) => folderOf(path) === undefined);
  const wrong = leaves.flatMap(({ path, imports }) =>
    imports.filter((target) => folderOf(target) !== undefined).map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('only the composition root and the functions import the composition root', () => {
  const wrong = src
    .filter(({ path }) => !isComposition(path))
    .filter(({ imports }) => imports.some((target) => isComposition(target)))
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('only src/http and the composition root import @azure/functions', () => {
  const knowing = src.filter(({ imports }) => imports.includes('@azure/functions')).map(({ path }) => path);
  expect(knowing.filter((path) => folderOf(path) !== 'http' && !isComposition(path))).toEqual([]);
});

test('src and local never import each other, and neither imports a test', () => {
  const reaching = (files: readonly SourceFile[], folders: RegExp): string[] =>
    files.filter(({ imports }) => imports.some((target) => folders.test(target))).map(({ path }) => path);
  expect(reaching([...src, ...functions], /^(local|test|bench)\//)).toEqual([]);
  expect(reaching(local, /^(src|functions|test|bench)\//)).toEqual([]);
});

test('only the composition root reads the environment', () => {
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
])('only the composition root takes %s from the machine', (_, pattern) => {
  const taking = [...src, ...functions].filter((file) => pattern.test(codeOf(file))).map(({ path }) => path);
  expect(taking.filter((path) => path !== 'src/app/machine.ts')).toEqual([]);
});

test('code that calls fetch gets it as a parameter', () => {
  const calling = src.filter((file) => /(await|return|=>|=) fetch\(/.test(codeOf(file)));
  expect(calling.filter((file) => !/\bfetch(,|:| })/.test(codeOf(file))).map(({ path }) => path)).toEqual([]);
});

test('the only classes are errors', () => {
  const classes = src.flatMap((file) => [...codeOf(file).matchAll(/\bclass (\w+)( extends \w*Error)?/g)]);
  expect(classes.filter(([, , parent]) => parent === undefined).map(([text]) => text)).toEqual([]);
});

test('no catch ignores its error without a comment', () => {
  const silent = [...src, ...functions].filter(({ text }) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('every setting of the list is read (the compiler checks that every setting that is read is in the list)', () => {
  const config = src.filter(({ path }) => path.startsWith('src/config/') && !path.endsWith('setting-names.ts'));
  const code = config.map(codeOf).join('\n');
  const unread = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES].filter((name) => !code.includes(`'${name}'`));
  expect(unread).toEqual([]);
});
