import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Program {
  readonly pid: number | undefined;
  /** Everything printed so far, on both streams. */
  output(): string;
  /** Resolves once the output matches; rejects if the program ends or 20 seconds pass first. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exited: Promise<number | null>;
  kill(signal?: NodeJS.Signals): void;
}

const waitForMs = 20_000;

/** Runs a script of this repository on the project's Node. */
export function spawnProgram(
  args: readonly string[],
  environment: Record<string, string> = {},
  directory = resolve('.'),
): Program {
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let onChange = (): void => undefined;
  const append = (chunk: Buffer): void => {
    output += chunk.toString();
    onChange();
  };
  child.stdout.on('data', append);
  child.stderr.on('data', append);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));

  return {
    pid: child.pid,
    output: () => output,
    exited,
    kill: (signal = 'SIGKILL') => child.kill(signal),
    async waitFor(pattern) {
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise((resolve, reject) => {
          onChange = () => {
            const found = pattern.exec(output);
            if (found !== null) resolve(found);
          };
          const fail = (what: string) => () => {
            reject(new Error(`${what} before ${String(pattern)}: ${output}`));
          };
          timer = setTimeout(fail('time ran out'), waitForMs);
          void exited.then(fail('the program ended'));
          onChange();
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
