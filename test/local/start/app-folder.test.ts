import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseAppFolder, copyApp } from '../../../local/start/app-folder.ts';

let root: string;
let runtimeDirectory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'start-'));
  runtimeDirectory = join(root, '.local');
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'dist/index.cjs'), '');
  writeFileSync(join(root, 'package.json'), '{ "main": "dist/index.cjs" }');
  writeFileSync(join(root, 'host.json'), '{}');
  writeFileSync(join(root, 'profiles.json'), '{}');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function writeLocalSettings(vault: string): void {
  writeFileSync(join(root, 'local.settings.json'), JSON.stringify({ Values: { KEY_VAULT_URI: vault } }));
}

test('without local.settings.json the app runs in the repository', () => {
  expect(chooseAppFolder(root, runtimeDirectory)).toEqual({ directory: root, notice: undefined });
});

test.each([
  ['the stand-in', 'https://localhost:7081/'],
  ['the stand-in on another port', 'https://127.0.0.1:7481'],
  ['no vault', ''],
])('with a local.settings.json for %s the app runs in the repository', (_, vault) => {
  writeLocalSettings(vault);

  expect(chooseAppFolder(root, runtimeDirectory)).toEqual({ directory: root, notice: undefined });
});

test.each([
  ['in Azure', 'https://real.vault.azure.net'],
  ['whose name begins like this machine', 'https://localhost.example'],
  ['that is not an address', 'real'],
])('with a local.settings.json for a vault %s the app runs from a copy, and a notice says so', (_, vault) => {
  writeLocalSettings(vault);

  const { directory, notice } = chooseAppFolder(root, runtimeDirectory);

  expect(directory).toBe(join(runtimeDirectory, 'app'));
  expect(notice).toContain(`local.settings.json names the vault ${vault}.`);
});

test('a copy of the app has no settings and no files of an earlier copy', () => {
  const directory = join(runtimeDirectory, 'app');
  writeLocalSettings('');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'profiles.json'), '{}');

  copyApp(root, directory);

  expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
    'dist',
    join('dist', 'index.cjs'),
    'host.json',
    'package.json',
  ]);
});
