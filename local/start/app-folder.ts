import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readHostSettings } from '../host/host-settings.ts';

export interface StartAppFolder {
  readonly directory: string;
  /** What to tell the person at the keyboard about it. */
  readonly notice: string | undefined;
}

/**
 * The folder to run the function app from. It is the repository, with its local.settings.json and profiles.json, unless
 * that local.settings.json is for a vault elsewhere: a copy without both is run then, so that no setting made for a real
 * environment mixes with the stand-ins, and the file stays as it is. A vault on this machine is the stand-in, whatever
 * port it had when the file was written.
 */
export function prepareAppFolder(root: string, runtimeDirectory: string): StartAppFolder {
  const vaultInFile = existsSync(join(root, 'local.settings.json'))
    ? (readHostSettings(root).values['KEY_VAULT_URI'] ?? '')
    : '';
  if (vaultInFile === '' || isOnThisMachine(vaultInFile)) return { directory: root, notice: undefined };

  const directory = join(runtimeDirectory, 'app');
  rmSync(directory, { recursive: true, force: true });
  for (const part of ['package.json', 'host.json', outputFolder(root)]) {
    cpSync(join(root, part), join(directory, part), { recursive: true });
  }
  return {
    directory,
    notice:
      `local.settings.json names the vault ${vaultInFile}. This runs against the stand-ins all the same, ` +
      'without that file and without profiles.json. For that vault: npm run build, then func start.',
  };
}

function isOnThisMachine(address: string): boolean {
  return URL.canParse(address) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname);
}

// The folder that `main` of package.json points into: "dist" of "dist/index.cjs".
function outputFolder(root: string): string {
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string };
  return main.split('/')[0] ?? main;
}
