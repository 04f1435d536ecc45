import type { LogCategory, LogLevel } from './core-types.ts';

/** One entry of the host's log: a message of the app, the worker or the host, or a request that was answered. */
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
      /** Without the query, which may contain a function key. */
      readonly path: string;
      readonly status: number;
      readonly durationMs: number;
      /** Undefined if no function ran. */
      readonly invocationId: string | undefined;
      readonly userAgent: string | undefined;
      /** The origin whose pages do not get the answer, because no CORS header allows it. */
      readonly refusedOrigin: string | undefined;
    };

export type HostLog = (entry: HostLogEntry) => void;

// func prints information and above by default.
const hiddenLevels: ReadonlySet<LogLevel> = new Set<LogLevel>(['trace', 'debug', 'none']);

/** A log that writes lines as func does: the time, then the message. */
export function createConsoleLog(write: (line: string) => void): HostLog {
  return (entry) => {
    if (entry.kind === 'message' && hiddenLevels.has(entry.level)) return;
    write(`[${new Date().toISOString()}] ${escapeControls(textOf(entry))}\n`);
  };
}

function textOf(entry: HostLogEntry): string {
  if (entry.kind === 'message') return entry.message;
  return `${entry.method} ${entry.path} ${entry.status} ${Math.round(entry.durationMs)} ms`;
}

/**
 * Makes text of callers safe for a terminal: control characters become visible escapes, so that a request cannot move the
 * cursor or forge a line. Line breaks stay, and the next line is indented.
 */
export function escapeControls(text: string): string {
  return text.replaceAll('\n', '\n  ').replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
