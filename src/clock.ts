export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * An instant, told by two clocks. The wall clock is what issuers and callers speak of, and it can be set back or forth;
 * the monotonic clock only ever ticks on, but may stand still while the machine sleeps. Ages take the larger of the two.
 */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Time as a parameter: only the composition root knows the machine's clocks and timers. */
export interface Clock {
  now(): Moment;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Milliseconds from `since` to `now`: never too few, whatever was done to the wall clock in between. */
export function elapsedMs(since: Moment, now: Moment): number {
  return Math.max(now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);
}

/** The moment `durationMs` after `from`, on both clocks. */
export function later(from: Moment, durationMs: number): Moment {
  return { wallMs: from.wallMs + durationMs, monotonicMs: from.monotonicMs + durationMs };
}

/** Resolves after `durationMs`. */
export function pause(clock: Clock, durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(durationMs, resolve);
  });
}

/** What `promise` resolves to; undefined where it has not within `durationMs`, or was rejected by then. */
export async function within<T>(
  clock: Clock,
  durationMs: number,
  promise: Promise<T>,
): Promise<{ value: T } | undefined> {
  let cancel = (): void => undefined;
  const timeout = new Promise<undefined>((resolve) => {
    cancel = clock.schedule(durationMs, () => {
      resolve(undefined);
    });
  });
  const settled = promise.then(
    (value) => ({ value }),
    () => undefined,
  );
  return Promise.race([settled, timeout]).finally(cancel);
}
