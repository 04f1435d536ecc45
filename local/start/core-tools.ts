import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostStartError } from '../host/host-start-error.ts';

const versionTimeoutMs = 20_000;

/** Which host runs the function app, and why, in words. */
export interface ChosenHost {
  /** The command of Azure Functions Core Tools. Undefined: the stand-in host runs. */
  readonly coreTools: string | undefined;
  readonly reason: string;
}

/** Chooses the host. It is a HostStartError if Core Tools are requested and not installed. */
export function chooseHost(root: string, useCoreTools: boolean | undefined): ChosenHost {
  if (useCoreTools === false) return { coreTools: undefined, reason: 'the stand-in host, because of --no-func' };
  const coreTools = findCoreTools(root);
  if (coreTools !== undefined) return { coreTools, reason: `Azure Functions Core Tools, ${coreTools}` };
  if (useCoreTools === true) {
    throw new HostStartError(
      'Azure Functions Core Tools 4 are not installed. Install them with "npm install -g azure-functions-core-tools@4", ' +
        'or leave out --func to run the stand-in host.',
    );
  }
  return {
    coreTools: undefined,
    reason: 'the stand-in host, because no Azure Functions Core Tools 4 were found (nothing to do)',
  };
}

function findCoreTools(root: string): string | undefined {
  const names = process.platform === 'win32' ? ['func.cmd', 'func.exe'] : ['func'];
  const folders = [join(root, 'node_modules', '.bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path) && isCoreTools(path));
}

// Other programs have the name func, too. An installation without its download leaves a command that does nothing.
function isCoreTools(path: string): boolean {
  const { stdout, status } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    timeout: versionTimeoutMs,
    shell: process.platform === 'win32',
  });
  return status === 0 && /^4\.\d+\.\d+/m.test(stdout);
}
