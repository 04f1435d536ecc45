import type { Clock, Moment } from '../../src/clock.ts';

export interface SimulatedClock extends Clock {
  /**
   * Lets time pass. Every timer runs at its own instant, and the work that it starts ends before the next timer.
   * `isSettled`: no work is pending now. This makes a simulation of many steps much faster.
   */
  advance(durationMs: number, options?: { readonly isSettled?: boolean }): Promise<void>;
  /** Sets the wall clock back or forward, without an effect on timers. */
  jumpWall(byMs: number): void;
  /** Runs all work that does not wait for a timer. */
  settle(): Promise<void>;
  /** Lets time pass until `promise` is settled, and returns its outcome. */
  settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>>;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** After this number of turns of the event loop every chain of promises in this program has ended, web streams included. */
const TURNS = 12;
/** A promise that is pending for longer never settles. */
const PATIENCE_MS = 600_000;

/** Time passes only by these methods: nothing sleeps, and every run is the same. */
export function createSimulatedClock(startMs: number): SimulatedClock {
  const timers = new Set<Timer>();
  let passedMs = 0;
  let jumpedMs = 0;

  async function settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  function nextTimer(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  async function runUntil(untilMs: number): Promise<void> {
    for (let timer = nextTimer(untilMs); timer !== undefined; timer = nextTimer(untilMs)) {
      timers.delete(timer);
      passedMs = Math.max(passedMs, timer.dueMs);
      timer.callback();
      await settle();
    }
  }

  return {
    now: (): Moment => ({ wallMs: startMs + passedMs + jumpedMs, monotonicMs: passedMs }),
    schedule(delayMs, callback) {
      const timer: Timer = { dueMs: passedMs + delayMs, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(durationMs, { isSettled = false } = {}) {
      const untilMs = passedMs + durationMs;
      if (!isSettled) await settle();
      await runUntil(untilMs);
      passedMs = untilMs;
    },
    jumpWall(byMs) {
      jumpedMs += byMs;
    },
    settle,
    async settled<T>(promise: Promise<T>) {
      let outcome: PromiseSettledResult<T> | undefined;
      void Promise.allSettled([promise]).then(([result]) => {
        outcome = result;
      });
      await settle();
      const untilMs = passedMs + PATIENCE_MS;
      while (outcome === undefined) {
        const timer = nextTimer(untilMs);
        if (timer === undefined) throw new Error('Nothing is left that could settle the promise.');
        await runUntil(timer.dueMs);
      }
      return outcome;
    },
  };
}
