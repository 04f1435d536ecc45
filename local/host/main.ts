// Runs the function app of a folder under the stand-in host, in a process of its own:
//   node local/host/main.ts [--directory DIR] [--port N] [--enforce-keys [--host-key NAME=KEY] ...]
import { fileURLToPath } from 'node:url';
import type { FunctionKeys } from './function-keys.ts';
import { createConsoleLog } from './host-log.ts';
import { HostStartError } from './host-start-error.ts';
import { parseMainOptions } from './main-options.ts';
import { startHost, type Host } from './start-host.ts';

async function main(): Promise<void> {
  const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));
  const options = parseMainOptions(process.argv.slice(2), repositoryRoot);
  const host = await startHost({ ...options, log: createConsoleLog((line) => process.stdout.write(line)) });
  process.stdout.write(describeHost(host, options.keys));

  const end = (): void => {
    host.close().then(() => process.exit(0), endWorker);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // Whoever started it over a channel is gone.
  process.once('disconnect', end);
}

function describeHost(host: Host, keys: FunctionKeys | undefined): string {
  const routes = host.routes.map(
    ({ functionName, methods, path }) =>
      `  ${functionName}: [${[...methods].join(',')}] http://localhost:${host.port}${path}\n`,
  );
  const hostKeys = Object.entries(keys?.host ?? {}).map(([name, key]) => `Host key "${name}": ${key}\n`);
  return `Functions:\n${routes.join('')}${hostKeys.join('')}Listening on http://localhost:${host.port}\n`;
}

// The real worker ends on what nobody caught, an unhandled rejection included.
function endWorker(error: unknown): void {
  console.error(error instanceof HostStartError ? error.message : error);
  process.exit(1);
}

process.on('uncaughtException', endWorker);
void main().catch(endWorker);
