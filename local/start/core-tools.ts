import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostStartError } from '../host/host-start-error.ts';

const versionTimeoutMs = 20_000;

/**
 * The command that runs Azure Functions Core Tools, or undefined where the stand-in host is to run instead. Asked for
 * and not there is a HostStartError.
 */
export function chooseCoreTools(root: string, useCoreTools: boolean | undefined): string | undefined {
  if (useCoreTools === false) return undefined;
  const command = findCoreTools(root);
  if (command === undefined && useCoreTools === true) {
    throw new HostStartError(
      'Azure Functions Core Tools are not installed: npm install -g azure-functions-core-tools@4, ' +
        'or leave --func out to run under the stand-in host.',
    );
  }
  return command;
}

function findCoreTools(root: string): string | undefined {
  const names = process.platform === 'win32' ? ['func.cmd', 'func.exe'] : ['func'];
  const folders = [join(root, 'node_modules', '.bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path) && isCoreTools(path));
}

// Other programs are called func, too, and an install whose download failed leaves a command that does nothing.
function isCoreTools(path: string): boolean {
  const { stdout, status } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    timeout: versionTimeoutMs,
    shell: process.platform === 'win32',
  });
  return status === 0 && /^4\.\d+\.\d+/m.test(stdout);
}
