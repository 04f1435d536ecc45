import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { HostStartError } from '../host/host-start-error.ts';
import { watchFiles } from './watch-files.ts';

export interface ReloadOptions {
  /**
   * The files that the function app reads at its start, each with a check that throws if the file is not valid. One file may name
   * another one. Throws if that file is not valid.
   */
  readonly files: () => Readonly<Record<string, () => void>>;
  /** Resolves with the number of errors that the function app has reported in its settings and in profiles.json. */
  readonly restart: () => Promise<number>;
  readonly say: (text: string) => void;
}

/** Restarts the function app when one of its files has changed and is valid. Returns a function that stops it. */
export function reloadOnChange({ files, restart, say }: ReloadOptions): () => void {
  let watched = files();
  const listPaths = (): readonly string[] => {
    try {
      watched = files();
    } catch {
      // Its check says so when it changes.
    }
    return Object.keys(watched);
  };
  return watchFiles(listPaths, (path) => {
    const problem = problemOf(watched[path]);
    const name = basename(path);
    if (problem !== undefined) {
      const reason = problem.startsWith(`${name} `) ? `It ${problem.slice(name.length + 1)}` : problem;
      say(`${name} has changed, but the function app still uses the old file. ${reason}`);
      return;
    }
    const isRemoved = !existsSync(path);
    say(`${name} ${isRemoved ? 'was removed' : 'has changed'}: restarting the function app ...`);
    restart().then(
      (errors) => {
        say(describeEffect({ isRemoved, errors }));
      },
      (error: unknown) => {
        say(
          `The function app did not start: ${messageOf(error)} Correct the file. The function app then starts again.`,
        );
      },
    );
  });
}

function describeEffect({ isRemoved, errors }: { readonly isRemoved: boolean; readonly errors: number }): string {
  const effect = `The function app ${isRemoved ? 'runs without the file' : 'uses the changed file'}`;
  if (errors === 0) return `${effect}.`;
  return `${effect} and reports ${errors === 1 ? 'the error' : `the ${errors} errors`} above. Correct and save the file: it is then loaded again.`;
}

function problemOf(check: (() => void) | undefined): string | undefined {
  try {
    check?.();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof HostStartError || error instanceof SyntaxError ? error.message : String(error);
  return message.endsWith('.') ? message : `${message}.`;
}
