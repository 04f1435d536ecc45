import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { HostStartError } from '../host/host-start-error.ts';

export interface FunctionAppOptions {
  readonly directory: string;
  readonly port: number;
  /** The command of Core Tools; undefined runs the stand-in host. */
  readonly coreTools: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

export interface FunctionApp {
  readonly url: string;
  /** Resolves with the exit code once the process has ended, by itself or by `close`. */
  readonly ended: Promise<number | null>;
  /** Asks the process to end and waits until it has. */
  close(): Promise<void>;
}

const pollMs = 100;
const startTimeoutMs = 120_000;

/** Starts the function app in a process of its own and waits until its /api/health answers. */
export async function startFunctionApp(options: FunctionAppOptions): Promise<FunctionApp> {
  const url = `http://localhost:${options.port}`;
  const child = spawnHost(options);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => {
      resolve(null);
    });
    child.once('close', resolve);
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  try {
    await waitUntilHealthy(`${url}/api/health`, ended);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, ended, close };
}

function spawnHost({ directory, port, coreTools, environment }: FunctionAppOptions) {
  if (coreTools !== undefined) {
    return spawn(coreTools, ['start', '--port', String(port)], {
      cwd: directory,
      env: environment,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
  }
  const main = fileURLToPath(new URL('../host/main.ts', import.meta.url));
  // The channel tells the host when this process is gone, however it went, so that it never stays behind alone.
  return spawn(process.execPath, [main, '--directory', directory, '--port', String(port)], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function waitUntilHealthy(healthUrl: string, ended: Promise<number | null>): Promise<void> {
  const hasEnded = ended.then(() => true);
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs) {
    if (await isHealthy(healthUrl)) return;
    if (await Promise.race([hasEnded, delay(pollMs, false)])) {
      throw new HostStartError('The function app ended before it answered: see above.');
    }
  }
  throw new HostStartError(`The function app did not answer ${healthUrl} within ${startTimeoutMs / 1000} s.`);
}

async function isHealthy(healthUrl: string): Promise<boolean> {
  try {
    return (await fetch(healthUrl)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
