// Runs the function app of a folder under the stand-in host, in a process of its own:
//   node local/host/main.ts [--directory DIR] [--port N] [--enforce-keys [--host-key NAME=KEY] ...]
// A parent process with an IPC channel gets the log entries over the channel. Without one they are printed.
import { fileURLToPath } from 'node:url';
import type { HostKeys } from './function-keys.ts';
import { createConsoleLog, type HostLogEntry } from './host-log.ts';
import { HostStartError } from './host-start-error.ts';
import { parseMainOptions } from './main-options.ts';
import { startHost, type Host } from './start-host.ts';

async function main(): Promise<void> {
  const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));
  const options = parseMainOptions(process.argv.slice(2), repositoryRoot);
  const host = await startHost({ ...options, log: process.connected ? sendToParent : printToConsole });
  if (!process.connected) process.stdout.write(describeHost(host, options.keys));

  const end = (): void => {
    host.close().then(() => process.exit(0), endWorker);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // The parent process is gone.
  process.once('disconnect', end);
}

const printToConsole = createConsoleLog((line) => process.stdout.write(line));

function sendToParent(entry: HostLogEntry): void {
  // The parent may be gone already; then this process ends, too.
  process.send?.(entry, () => undefined);
}

function describeHost(host: Host, keys: HostKeys | undefined): string {
  const routes = host.routes.map(
    ({ functionName, methods, path }) =>
      `  ${functionName}: [${[...methods].join(',')}] http://localhost:${host.port}${path}\n`,
  );
  const hostKeys = Object.entries(keys ?? {}).map(([name, key]) => `Host key "${name}": ${key}\n`);
  return `Functions:\n${routes.join('')}${hostKeys.join('')}Listening on http://localhost:${host.port}\n`;
}

// Like the real worker, this one ends on an uncaught error and on an unhandled rejection.
function endWorker(error: unknown): void {
  console.error(error instanceof HostStartError ? error.message : error);
  process.exit(1);
}

process.on('uncaughtException', endWorker);
void main().catch(endWorker);
