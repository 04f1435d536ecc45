import type { Clock, Moment } from '../../src/clock.ts';

export interface SimulatedClock extends Clock {
  /**
   * Lets time pass: every timer that falls due runs at its own instant, and what it set off comes to rest before the next.
   * `isSettled` says that all is at rest already, which saves a simulation of many steps most of its time.
   */
  advance(durationMs: number, options?: { readonly isSettled?: boolean }): Promise<void>;
  /** Sets the wall clock back or forth; no timer minds. */
  jumpWall(byMs: number): void;
  /** Lets everything that waits for no time come to rest. */
  settle(): Promise<void>;
  /** Lets time pass until `promise` is settled, and gives what became of it. */
  settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>>;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Turns of the event loop after which no chain of promises in this program, web streams among them, is still under way. */
const TURNS = 12;
/** Whatever still waits after this long waits for ever. */
const PATIENCE_MS = 600_000;

/** Time that passes only when told to: nothing sleeps, and every run is the same. */
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
