import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 'CommaExpected at line 3, column 3'],
  ['no content', '', 'ValueExpected at line 1, column 1'],
])('a file with %s is an error with its position', (_what, content, place) => {
  expect(() => read(content)).toThrow(`file.json is not JSON: ${place}.`);
});
