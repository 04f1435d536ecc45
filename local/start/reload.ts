import { basename } from 'node:path';
import { HostStartError } from '../host/host-start-error.ts';
import { watchFiles } from './watch-files.ts';

export interface ReloadOptions {
  /**
   * The files that the function app reads at its start, each with a check that throws if the file is not valid. One file may name
   * another one. Throws if that file is not valid.
   */
  readonly files: () => Readonly<Record<string, () => void>>;
  readonly restart: () => Promise<void>;
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
    if (problem !== undefined) {
      say(
        `${basename(path)} has changed, but has an error and was not loaded: ${problem} The function app still uses the old file.`,
      );
      return;
    }
    say(`${basename(path)} has changed: restarting the function app ...`);
    restart().then(
      () => {
        say('The function app uses the changed file.');
      },
      (error: unknown) => {
        say(
          `The function app did not start: ${messageOf(error)} Correct the file. The function app then starts again.`,
        );
      },
    );
  });
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
