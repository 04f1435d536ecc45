import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../local/emulators/emulators.ts';
import type { Clock } from '../../src/clock.ts';
import type { Fetch } from '../../src/runtime.ts';

export interface TestClock extends Clock {
  /** Lets time pass at once, for the app and for the world. Running timers keep their remaining time. */
  advance(durationMs: number): void;
  /** Sets the app's wall clock forward or back, like an operator or NTP. The clock of the world does not change. */
  jumpWall(byMs: number): void;
  /** The wall clock of the rest of the world. */
  worldNowMs(): number;
  /** Waits until no upstream request is pending: the background work of the app has ended. */
  idle(): Promise<void>;
  /** The same `fetch`. The clock counts the pending requests: while one is pending, no time is skipped. */
  watch(fetch: Fetch): Fetch;
  /** Makes a stand-in answer only after this time on this clock. */
  slow(delayMs: number): Fault;
  /** Makes a stand-in never answer. */
  silent(): Fault;
}

/** Between two upstream requests the app computes for a moment. Its work has ended only after this many checks in a row without a request. */
const CALM_LOOKS = 5;
const LOOK_EVERY_MS = 2;

export interface TestClockOptions {
  /** Time passes only by `advance` and by skipping, so many requests of a test take no time. */
  readonly standsStill?: boolean;
}

interface Timer {
  dueMs: number;
  readonly callback: () => void;
}

/**
 * Real time, without the waits. While the app waits only for a timer, the clock skips to the instant of the timer. So time-outs
 * and pauses of many seconds take milliseconds, against real servers. A request that a stand-in delays on purpose (`slow`,
 * `silent`) does not count as work.
 */
export function createTestClock({ standsStill = false }: TestClockOptions = {}): TestClock {
  const startWallMs = Date.now();
  const startMonotonicMs = performance.now();
  let advancedMs = 0;
  let jumpedMs = 0;
  let requests = 0;
  let held = 0;
  const timers = new Set<Timer>();
  let isWatching = false;

  const passed = (): number => (standsStill ? 0 : performance.now() - startMonotonicMs) + advancedMs;

  /** Every upstream request has a time-out, and every pause between two of them is also a timer. */
  function schedule(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: passed() + delayMs, callback };
    timers.add(timer);
    if (!isWatching) void watchTimers();
    return () => {
      timers.delete(timer);
    };
  }

  async function watchTimers(): Promise<void> {
    isWatching = true;
    for (let calmLooks = 0; timers.size > 0;) {
      await delay(LOOK_EVERY_MS, undefined, { ref: false });
      calmLooks = requests === held ? calmLooks + 1 : 0;
      const next = earliest();
      if (next === undefined) break;
      if (calmLooks >= CALM_LOOKS) advancedMs += Math.max(0, next.dueMs - passed());
      if (next.dueMs > passed()) continue;
      timers.delete(next);
      calmLooks = 0;
      next.callback();
    }
    isWatching = false;
  }

  function earliest(): Timer | undefined {
    return [...timers].sort((one, other) => one.dueMs - other.dueMs)[0];
  }

  /** Counts a request as held back until it is answered or its client disconnects. */
  async function hold(answered: Promise<unknown>): Promise<void> {
    held++;
    await answered;
    held--;
  }

  return {
    now() {
      const passedMs = passed();
      return { wallMs: startWallMs + passedMs + jumpedMs, monotonicMs: startMonotonicMs + passedMs };
    },
    schedule,
    advance(durationMs) {
      advancedMs += durationMs;
      for (const timer of timers) timer.dueMs += durationMs;
    },
    jumpWall(byMs) {
      jumpedMs += byMs;
    },
    worldNowMs: () => startWallMs + passed(),
    async idle() {
      for (let calmLooks = 0; calmLooks < CALM_LOOKS; calmLooks = timers.size === 0 ? calmLooks + 1 : 0)
        await delay(LOOK_EVERY_MS);
    },
    watch: (fetch) => async (input, init) => {
      requests++;
      try {
        return await fetch(input, init);
      } finally {
        requests--;
      }
    },
    slow: (delayMs) => ({
      kind: 'held',
      async until(closed) {
        let cancel = (): void => undefined;
        const due = new Promise<void>((resolve) => {
          cancel = schedule(delayMs, resolve);
        });
        await hold(Promise.race([closed, due]));
        cancel();
      },
    }),
    silent: () => ({
      kind: 'held',
      until: async (closed) => {
        await hold(closed);
      },
    }),
  };
}
