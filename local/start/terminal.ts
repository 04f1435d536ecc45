import { styleText } from 'node:util';

export interface Terminal {
  /** Prints a line. */
  say(text: string): void;
  /** Prints what it waits for, with the seconds, until `work` has ended. */
  wait<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export interface TerminalOptions {
  readonly write: (text: string) => void;
  /** A terminal shows the seconds as they pass, and then nothing of it. Elsewhere the seconds are printed at the end. */
  readonly isTerminal: boolean;
  readonly nowMs: () => number;
}

const tickMs = 1000;
const eraseLine = '\r\u001b[K';

/** Prints the own lines of `npm start`. */
export function createTerminal({ write, isTerminal, nowMs }: TerminalOptions): Terminal {
  return {
    say(text) {
      write(`${text}\n`);
    },
    async wait(what, work) {
      const startedMs = nowMs();
      const seconds = (): string => styleText('dim', `${Math.round((nowMs() - startedMs) / 1000)} s`);
      const label = styleText('dim', `${what} ...`);
      write(`${label} `);
      const ticking = isTerminal
        ? setInterval(() => {
            write(`\r${label} ${seconds()}`);
          }, tickMs)
        : undefined;
      try {
        return await work();
      } finally {
        clearInterval(ticking);
        write(isTerminal ? eraseLine : `${seconds()}\n`);
      }
    },
  };
}
