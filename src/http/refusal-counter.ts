import { elapsedMs, MINUTE_MS, type Clock, type Moment } from '../clock.ts';
import type { LogEntry } from '../log-events.ts';
import type { Log } from '../log.ts';

/** How many refusals of one kind are logged each minute; the others are counted. */
const MAX_LINES_PER_MINUTE = {
  /** A request without a credential: anyone can send thousands, so one line is enough. */
  none: 1,
  /** An invalid credential: the reasons help the developer of the caller. */
  unverified: 60,
} as const;

/** Decides which refusals of unknown callers get a line of their own: an attack must not use up the log's daily cap. */
export interface RefusalCounter {
  /** Whether the refusal is logged. If not, it is counted. */
  takeLine(refusal: { readonly event: string; readonly code: string; readonly hasCredential: boolean }): boolean;
  /** Logs the counts of past minutes, one line for each kind. Called with every request. */
  report(): void;
}

interface Kind {
  readonly entry: Extract<LogEntry, { event: 'refusals.counted' }>;
  readonly startedAt: Moment;
  lines: number;
  counted: number;
}

export function createRefusalCounter({ clock, log }: { clock: Clock; log: Log }): RefusalCounter {
  const kinds = new Map<string, Kind>();

  function report(): void {
    if (kinds.size === 0) return;
    const now = clock.now();
    for (const [key, { entry, startedAt, counted }] of kinds) {
      if (elapsedMs(startedAt, now) < MINUTE_MS) continue;
      kinds.delete(key);
      if (counted > 0) log.warn({ ...entry, count: counted });
    }
  }

  return {
    report,
    takeLine({ event, code, hasCredential }) {
      report();
      const max = hasCredential ? MAX_LINES_PER_MINUTE.unverified : MAX_LINES_PER_MINUTE.none;
      const key = `${event} ${code} ${hasCredential}`;
      const kind = kinds.get(key) ?? {
        entry: { event: 'refusals.counted', refused: event, code },
        startedAt: clock.now(),
        lines: 0,
        counted: 0,
      };
      kinds.set(key, kind);
      if (kind.lines < max) kind.lines += 1;
      else kind.counted += 1;
      return kind.counted === 0;
    },
  };
}
