import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readHostSettings } from '../host/host-settings.ts';

export interface StartAppFolder {
  readonly directory: string;
  /** What the developer needs to know about it. */
  readonly notice: string | undefined;
}

/**
 * The folder to run the function app from. It is the repository, with its local.settings.json and profiles.json, unless
 * local.settings.json names a vault in Azure. In that case a copy without both files runs, so that no setting of a real
 * environment mixes with the stand-ins. A vault on this machine, with any port, is the stand-in.
 */
export function chooseAppFolder(root: string, runtimeDirectory: string): StartAppFolder {
  const vaultInFile = readHostSettings(root).values['KEY_VAULT_URI'] ?? '';
  if (vaultInFile === '' || isOnThisMachine(vaultInFile)) return { directory: root, notice: undefined };
  return {
    directory: join(runtimeDirectory, 'app'),
    notice:
      `local.settings.json names the vault ${vaultInFile}. npm start uses the stand-ins instead and ignores that file and ` +
      'profiles.json. To use that vault: npm run build, then func start.',
  };
}

/** Copies the files that run, without settings, into an empty folder. */
export function copyApp(root: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  for (const part of ['package.json', 'host.json', outputFolder(root)]) {
    cpSync(join(root, part), join(directory, part), { recursive: true });
  }
}

function isOnThisMachine(address: string): boolean {
  return URL.canParse(address) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname);
}

// The folder that `main` of package.json points into: "dist" of "dist/index.cjs".
function outputFolder(root: string): string {
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string };
  return main.split('/')[0] ?? main;
}
