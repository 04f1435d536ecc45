import type { Log } from '../../src/log.ts';
import type { LogEntry } from '../../src/log-events.ts';

/** A line for a test, which may read any member. */
export interface LogLine {
  readonly event: string;
  readonly [member: string]: string | number | boolean | undefined;
}

/** A log that keeps its lines. */
export function recordLog(): Log & { readonly lines: (LogLine & { level: string })[] } {
  const lines: (LogLine & { level: string })[] = [];
  const write =
    (level: string) =>
    (entry: LogEntry): void => {
      lines.push({ level, ...entry });
    };
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
}
