import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareAppFolder } from '../../../local/start-app-folder.ts';

const keyVaultUri = 'https://localhost:7081';
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

test('with no local.settings.json the app runs where it is', () => {
  expect(prepareAppFolder(root, runtimeDirectory, keyVaultUri)).toEqual({ directory: root, notice: undefined });
});

test.each(['https://localhost:7081/', ''])('with a local.settings.json for the vault "%s", too', (vault) => {
  writeLocalSettings(vault);

  expect(prepareAppFolder(root, runtimeDirectory, keyVaultUri)).toEqual({ directory: root, notice: undefined });
});

test('with one for another vault a copy without it runs, and that is said', () => {
  writeLocalSettings('https://real.vault.azure.net');

  const { directory, notice } = prepareAppFolder(root, runtimeDirectory, keyVaultUri);

  expect(directory).toBe(join(runtimeDirectory, 'app'));
  expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
    'dist',
    join('dist', 'index.cjs'),
    'host.json',
    'package.json',
  ]);
  expect(notice).toContain('local.settings.json names the vault https://real.vault.azure.net.');
});
