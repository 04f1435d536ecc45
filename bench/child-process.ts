import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A part of the bench that runs in a separate process, connected by a channel. */
export interface ChildProcess {
  send(message: unknown): void;
  /** The next message of the process. Rejects if the process ends first. */
  receive(): Promise<unknown>;
  close(): Promise<void>;
}

interface ChildOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
}

/** Runs a file of the bench, relative to this folder. Its standard output is dropped; its standard error is shown. */
export function startChildProcess(file: string, options: ChildOptions = {}): ChildProcess {
  const { nodeOptions = [], args = [], ...spawnOptions } = options;
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, path, ...args], {
    ...spawnOptions,
    // To /dev/null, because reading a pipe would use time of this process.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    send: (message) => child.send(message as object),
    async receive() {
      const message = once(child, 'message') as Promise<[unknown]>;
      const failure = ended.then((code) => Promise.reject(new Error(`${file} ended with ${String(code)}: see above.`)));
      return (await Promise.race([message, failure]))[0];
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
