import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseCoreTools } from '../../../local/start/core-tools.ts';

let root: string;
const { PATH } = process.env;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'core-tools-'));
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(root, 'path'));
  process.env['PATH'] = join(root, 'path');
});
afterEach(() => {
  process.env['PATH'] = PATH;
  rmSync(root, { recursive: true });
});

function install(folder: string, version: string): string {
  const file = join(root, folder, 'func');
  writeFileSync(file, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return file;
}

test('the Core Tools of the project come before those on the PATH', () => {
  const ofProject = install('node_modules/.bin', '4.5.0');
  install('path', '4.0.1');

  expect(chooseCoreTools(root, undefined)).toBe(ofProject);
});

test('another program called func is passed over', () => {
  install('node_modules/.bin', 'Version: v1.14.0');
  const onPath = install('path', '4.0.1');

  expect(chooseCoreTools(root, true)).toBe(onPath);
});

test('where there are none, or they are not wanted, the stand-in host runs', () => {
  expect(chooseCoreTools(root, undefined)).toBeUndefined();
  install('path', '4.0.1');
  expect(chooseCoreTools(root, false)).toBeUndefined();
});

test('asked for and not there: how to install them', () => {
  expect(() => chooseCoreTools(root, true)).toThrow('npm install -g azure-functions-core-tools@4');
});
