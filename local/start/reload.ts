import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { HostStartError } from '../host/host-start-error.ts';
import type { SettingsError } from './settings-error.ts';
import { watchFiles } from './watch-files.ts';

export interface ReloadOptions {
  /**
   * The files that the function app reads at its start, each with a check that throws if the file is not valid. One file may name
   * another one. Throws if that file is not valid.
   */
  readonly files: () => Readonly<Record<string, () => void>>;
  /** Resolves with the errors that the function app has reported in its settings and in profiles.json. */
  readonly restart: () => Promise<readonly SettingsError[]>;
  /** The errors that the function app has reported until now. */
  readonly errors: readonly SettingsError[];
  readonly say: (text: string) => void;
}

/** Restarts the function app when one of its files has changed and is valid. Returns a function that stops it. */
export function reloadOnChange({ files, restart, say, ...options }: ReloadOptions): () => void {
  let { errors } = options;
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
      const state = errors.length === 0 ? '' : ` ${describeStopped(errors)}`;
      say(
        `${name} has changed, but the function app still uses the file from before. ${reason} Correct and save it.${state}`,
      );
      return;
    }
    const isRemoved = !existsSync(path);
    say(`${name} ${isRemoved ? 'was removed' : 'has changed'}: restarting the function app ...`);
    restart().then(
      (reported) => {
        errors = reported;
        say(describeEffect({ name, isRemoved, errors }));
      },
      (error: unknown) => {
        say(`The function app did not start. ${messageOf(error)} Correct ${name}. The function app then starts again.`);
      },
    );
  });
}

interface Effect {
  readonly name: string;
  readonly isRemoved: boolean;
  readonly errors: readonly SettingsError[];
}

function describeEffect({ name, isRemoved, errors }: Effect): string {
  const effect = `The function app ${isRemoved ? `runs without ${name}` : `uses the changed ${name}`}`;
  if (errors.length === 0) return `${effect}.`;
  const reported = errors.length === 1 ? 'the error' : `the ${errors.length} errors`;
  return `${effect} and reports ${reported} above. ${describeStopped(errors)} Correct and save the file: it is then loaded again.`;
}

/** What does not work until the errors are corrected. */
export function describeStopped(errors: readonly SettingsError[]): string {
  const profiles = new Set(errors.map(({ profile }) => profile));
  if (profiles.has(undefined)) return 'No caller gets a token now: /api/token answers 500.';
  const names = new Intl.ListFormat('en').format([...profiles].map((name) => `"${name}"`));
  return `${names} ${profiles.size === 1 ? 'answers' : 'answer'} 500 now.`;
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
