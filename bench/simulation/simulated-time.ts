import type { Clock } from '../../src/clock.ts';

/** Time in a simulation: it passes when told to, and whoever waits for it is woken at the right instant. */
export interface SimulatedTime {
  readonly clock: Clock;
  nowMs(): number;
  /** Lets time pass until `untilMs`; every timer that falls due runs at its own instant, in order. */
  advanceTo(untilMs: number): Promise<void>;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** As many turns of the event loop as it takes to read an answer's body, the longest chain that waits for no time. */
const TURNS = 12;

export function createSimulatedTime(startMs: number): SimulatedTime {
  const timers = new Set<Timer>();
  let nowMs = startMs;

  function nextTimer(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  return {
    nowMs: () => nowMs,
    clock: {
      now: () => ({ wallMs: nowMs, monotonicMs: nowMs - startMs }),
      schedule(delayMs, callback) {
        const timer: Timer = { dueMs: nowMs + delayMs, callback };
        timers.add(timer);
        return () => {
          timers.delete(timer);
        };
      },
    },
    async advanceTo(untilMs) {
      for (let timer = nextTimer(untilMs); timer !== undefined; timer = nextTimer(untilMs)) {
        timers.delete(timer);
        nowMs = timer.dueMs;
        timer.callback();
        for (let turn = 0; turn < TURNS; turn++) await nextTurn();
      }
      nowMs = untilMs;
    },
  };
}

/** Everything that waits for nothing but promises has run by then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
