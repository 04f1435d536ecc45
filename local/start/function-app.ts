import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogLevel } from '../host/core-types.ts';
import type { HostLog, HostLogEntry } from '../host/host-log.ts';
import { HostStartError } from '../host/host-start-error.ts';

export interface FunctionAppOptions {
  readonly directory: string;
  readonly port: number;
  /** The command of Core Tools. Undefined runs the stand-in host. */
  readonly coreTools: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: HostLog;
}

export interface FunctionApp {
  readonly url: string;
  /** Resolves with the exit code when the process has ended, by itself or by `close`. */
  readonly ended: Promise<number | null>;
  /** Asks the process to end and waits until it has. */
  close(): Promise<void>;
}

/** The user agent of the requests of `npm start` itself, so that the log can leave them out. */
export const startUserAgent = 'npm-start';

const pollMs = 100;
const startTimeoutMs = 120_000;

/** Starts the function app in a process of its own and waits until its /api/health answers. */
export async function startFunctionApp(options: FunctionAppOptions): Promise<FunctionApp> {
  const url = `http://localhost:${options.port}`;
  const child = spawnHost(options);
  forwardLog(child, options.log);
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

function spawnHost({ directory, port, coreTools, environment }: FunctionAppOptions): ChildProcess {
  if (coreTools !== undefined) {
    return spawn(coreTools, ['start', '--port', String(port)], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
  }
  const main = fileURLToPath(new URL('../host/main.ts', import.meta.url));
  // The host sends its log over the channel. When the channel closes, it ends, so it never outlives this process.
  return spawn(process.execPath, [main, '--directory', directory, '--port', String(port)], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

// What the app logs outside an invocation is on the output of the process, as in the real worker.
function forwardLog(child: ChildProcess, log: HostLog): void {
  child.on('message', (entry) => {
    log(entry as HostLogEntry);
  });
  const forward = (stream: Readable | null, level: LogLevel): void => {
    if (stream === null) return;
    createInterface(stream).on('line', (message) => {
      log({ kind: 'message', level, category: 'user', message });
    });
  };
  forward(child.stdout, 'information');
  forward(child.stderr, 'warning');
}

async function waitUntilHealthy(healthUrl: string, ended: Promise<number | null>): Promise<void> {
  const hasEnded = ended.then(() => true);
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs) {
    if (await isHealthy(healthUrl)) return;
    if (await Promise.race([hasEnded, delay(pollMs, false)])) {
      throw new HostStartError('The function app ended before it answered. The lines above say why.');
    }
  }
  throw new HostStartError(`The function app did not answer ${healthUrl} within ${startTimeoutMs / 1000} s.`);
}

async function isHealthy(healthUrl: string): Promise<boolean> {
  try {
    return (await fetch(healthUrl, { headers: { 'user-agent': startUserAgent } })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
