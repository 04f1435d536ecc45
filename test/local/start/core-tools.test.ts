import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseHost } from '../../../local/start/core-tools.ts';

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

test('the Core Tools of the project take precedence over those on the PATH', () => {
  const ofProject = install('node_modules/.bin', '4.5.0');
  install('path', '4.0.1');

  expect(chooseHost(root, undefined)).toEqual({
    coreTools: ofProject,
    reason: `Azure Functions Core Tools, ${ofProject}`,
  });
});

test('another program called func is ignored', () => {
  install('node_modules/.bin', 'Version: v1.14.0');
  const onPath = install('path', '4.0.1');

  expect(chooseHost(root, true).coreTools).toBe(onPath);
});

test('the stand-in host runs without Core Tools or with --no-func, and the reason is given', () => {
  expect(chooseHost(root, undefined)).toEqual({
    coreTools: undefined,
    reason: 'the stand-in host, because no Azure Functions Core Tools 4 were found (nothing to do)',
  });
  install('path', '4.0.1');
  expect(chooseHost(root, false)).toEqual({
    coreTools: undefined,
    reason: 'the stand-in host, because of --no-func',
  });
});

test('Core Tools that are requested and missing are an error that says how to install them', () => {
  expect(() => chooseHost(root, true)).toThrow('npm install -g azure-functions-core-tools@4');
});
