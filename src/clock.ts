export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * An instant on two clocks. Issuers and callers use the wall clock, which can be set forth or back. The monotonic clock
 * never goes back, but it may stop while the machine sleeps. An age is the larger of the two differences.
 */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Time as a parameter: only the composition root knows the machine's clocks and timers. */
export interface Clock {
  now(): Moment;
  /** Calls `callback` once after `delayMs`. The returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Milliseconds from `since` to `now`. Never too few, even if the wall clock was set in between. */
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

/** The value of `promise`. Undefined if it does not resolve within `durationMs`, or is rejected. */
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
