import type { LogCategory, LogLevel } from './core-types.ts';

/** One line of the host: what the app logged, what the worker or the host says, or a request that was answered. */
export type HostLogEntry =
  | {
      readonly kind: 'message';
      readonly level: LogLevel;
      readonly category: LogCategory;
      readonly message: string;
      readonly functionName?: string;
      readonly invocationId?: string;
    }
  | {
      readonly kind: 'request';
      readonly method: string;
      /** Without the query: a function key may stand in it. */
      readonly path: string;
      readonly status: number;
      readonly durationMs: number;
    };

export type HostLog = (entry: HostLogEntry) => void;

// func prints information and up, unless told otherwise.
const hiddenLevels: ReadonlySet<LogLevel> = new Set<LogLevel>(['trace', 'debug', 'none']);

/** A log that writes lines as func does: the time, then the message. */
export function createConsoleLog(write: (line: string) => void): HostLog {
  return (entry) => {
    if (entry.kind === 'message' && hiddenLevels.has(entry.level)) return;
    write(`[${new Date().toISOString()}] ${textOf(entry)}\n`);
  };
}

function textOf(entry: HostLogEntry): string {
  if (entry.kind === 'message') return entry.message;
  return `${entry.method} ${entry.path} ${entry.status} ${Math.round(entry.durationMs)} ms`;
}
