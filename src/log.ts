import type { LogEntry } from './log-events.ts';

/**
 * Writes to the operator's log. Each entry is one flat JSON line, so that a log query can parse it. No entry contains a
 * secret, token or assertion.
 */
export interface Log {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}
