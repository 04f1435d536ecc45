import type { Log, LogEntry } from '../../src/log.ts';

/** A log that keeps what it is told. */
export function recordLog(): Log & { readonly lines: (LogEntry & { level: string })[] } {
  const lines: (LogEntry & { level: string })[] = [];
  const write =
    (level: string) =>
    (entry: LogEntry): void => {
      lines.push({ level, ...entry });
    };
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
}
