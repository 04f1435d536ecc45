import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../src/config/setting-names.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import { OPENAPI } from '../../src/http/openapi/document.ts';
import { variablesOf } from '../infra/bicep.ts';
import { anchorsOf, linksOf, readDocument, readDocuments } from './markdown.ts';

const documents = readDocuments();
const ours = ['docs/profiles.md', 'docs/callers.md', 'docs/errors.md'].map(readDocument);

test.each(documents.map((document) => [document.path, document] as const))(
  'every link in %s leads to an existing file and section',
  (_, document) => {
    const broken = linksOf(document).filter(
      ({ file, anchor }) => !existsSync(file) || (anchor !== '' && !anchorsOf(readDocument(file)).includes(anchor)),
    );
    expect(broken).toEqual([]);
  },
);

test('links are found: the documents lead to each other', () => {
  expect(documents.flatMap(linksOf).length).toBeGreaterThan(60);
});

test.each(documents.map(({ path, text }) => [path, text] as const))(
  'the program reads every setting that %s names',
  (_, text) => {
    const known: readonly string[] = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES];
    const prefixes = /\b(?:POWERBI|CALLER|SIGN_IN|KEY_VAULT|PROFILES|IDENTITY|WEBSITE_AUTH)_[A-Z_]*[A-Z]\b/g;
    // Variables of the parameter file and of a shell.
    const ofTheShell = [...Object.values(variablesOf('infra/main.bicepparam')), 'CALLER_ID', 'CALLER_SECRET'];
    const unknown = [...text.matchAll(prefixes)].map(([name]) => name).filter((name) => !known.includes(name));
    expect(unknown.filter((name) => !ofTheShell.includes(name))).toEqual([]);
  },
);

test.each(['CONTRIBUTING.md', 'docs/architecture.md'])('every file and folder that %s names exists', (path) => {
  const named = [
    ...readDocument(path).text.matchAll(/`((?:src|functions|local|test|infra|docs|\.ci|\.vscode)\/[^`]*)`/g),
  ]
    .map(([, file = '']) => file)
    .filter((file) => !file.includes('NAME'));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

test('the text of every jest -t that CONTRIBUTING.md shows is in its test file', () => {
  const commands = [...readDocument('CONTRIBUTING.md').text.matchAll(/npx jest (\S+) -t "([^"]+)"/g)];
  expect(commands).not.toEqual([]);
  const unknown = commands.filter(
    ([, file = '', text = '']) => !readFileSync(`${file}.test.ts`, 'utf8').includes(text),
  );
  expect(unknown.map(([command]) => command)).toEqual([]);
});

test('the OpenAPI document has every route that is named', () => {
  const routes = Object.keys(OPENAPI.paths).map((path) => new RegExp(`^/api${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  const named = documents.flatMap(({ text }) =>
    [...text.matchAll(/(?<![\w.])\/api(?:\/[\w.{}-]*[\w}])+/g)].map(([route]) => route),
  );
  const unknown = named.filter((route) => !routes.some((pattern) => pattern.test(route)));
  expect(new Set(unknown)).toEqual(new Set());
});

test('every error code in a table of symptoms is one that callers get', () => {
  const codes = ours.flatMap(({ text }) => [...text.matchAll(/^\| `([a-z]+_[a-z_]+)`, /gm)].map(([, code]) => code));
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code ?? ''))).toEqual([]);
});

test('a table of symptoms quotes messages of the program', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join('src', name), 'utf8'))
    .join('\n');
  const said = ours
    .flatMap(({ text }) => [...text.matchAll(/^\| `[a-z_]+`,[^|]*? "([^|]+?)"(?: or [^|]*)? \|/gm)])
    .map(([, quoted = '']) => quoted);
  expect(said.length).toBeGreaterThan(8);
  // If the message contains a name, the words around it must match.
  const words = (quoted: string): string[] => quoted.split(/…|"\w+"|\d+/).map((part) => part.trim());
  expect(said.filter((quoted) => !words(quoted).every((part) => sources.includes(part)))).toEqual([]);
});
