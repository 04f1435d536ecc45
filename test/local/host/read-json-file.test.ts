import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostStartError } from '../../../local/host/host-start-error.ts';
import { readJsonFile } from '../../../local/host/read-json-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'json-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function read(content: string | Buffer): unknown {
  const path = join(directory, 'file.json');
  writeFileSync(path, content);
  return readJsonFile(path);
}

test.each([
  ['plain JSON', '{"a":1}'],
  ['a byte order mark', '\ufeff{"a":1}'],
  ['UTF-16, as PowerShell writes it', Buffer.from('\ufeff{"a":1}', 'utf16le')],
  ['big-endian UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le').swap16()],
  ['comments', '// first\n{ /* second */ "a": 1 }'],
  ['a trailing comma', '{"a":1,}'],
])('a file with %s is read', (_what, content) => {
  expect(read(content)).toEqual({ a: 1 });
});

test('a missing file is undefined', () => {
  expect(readJsonFile(join(directory, 'none.json'))).toBeUndefined();
});

test.each([
  ['without a comma', '{\n  "a": 1\n  "b": 2\n}', 'a comma is missing before line 3, column 3'],
  [
    'with two commas',
    '{ "a": 1,, "b": 2 }',
    'a property name is missing, or there is a comma too many, at line 1, column 10',
  ],
  ['without a colon', '{ "a" 1 }', 'a colon is missing before line 1, column 7'],
  ['without a value', '{ "a": }', 'a value is missing at line 1, column 8'],
  ['without its last brace', '{ "a": 1', 'a closing brace } is missing at line 1, column 9'],
  ['with an open list', '["a"', 'a closing bracket ] is missing at line 1, column 5'],
  ['with single quotation marks', "{ 'a': 1 }", 'there is text without double quotation marks at line 1, column 3'],
  ['with an open string', '{ "a": "b\n}', 'a closing quotation mark is missing in line 1, column 8'],
  [
    'with a Windows path',
    '{ "a": "C:\\q" }',
    'there is a single backslash (write two) in the string at line 1, column 8',
  ],
  ['with more text', '{}}', 'there is more text after the end of the JSON at line 1, column 3'],
  ['with an open comment', '{} /* ', 'UnexpectedEndOfComment at line 1, column 4'],
])('a file %s is an error with what is wrong, and where', (_what, content, problem) => {
  expect(() => read(content)).toThrow(new HostStartError(`file.json is not valid JSON: ${problem}.`));
});

test.each([
  ['no content', '', 'is empty: write a JSON object, such as {}.'],
  ['only spaces', ' \n', 'is empty: write a JSON object, such as {}.'],
  ['UTF-16 without a byte order mark', Buffer.from('{"a":1}', 'utf16le'), 'is not UTF-8 text: save it as UTF-8.'],
])('a file with %s is an error that says what to do', (_what, content, problem) => {
  expect(() => read(content)).toThrow(new HostStartError(`file.json ${problem}`));
});
