import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export type Fetch = typeof globalThis.fetch;

/** What the app uses of the machine. */
export interface Runtime {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1, as Math.random: for jitter, never for secrets. */
  readonly random: () => number;
}
