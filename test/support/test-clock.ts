import type { Clock } from '../../src/clock.ts';

export interface TestClock extends Clock {
  /** Lets time pass at once, on both clocks, as seen from here on; timers that run are not hurried. */
  advance(durationMs: number): void;
  /** Sets the app's wall clock back or forth, as an operator or NTP does. The rest of the world is not moved by it. */
  jumpWall(byMs: number): void;
  /** The wall clock of the rest of the world. */
  worldNowMs(): number;
}

/**
 * Real time, `speed` times as fast, so that time-outs of many seconds can be waited for against real servers.
 */
export function createTestClock({ speed = 1 }: { speed?: number } = {}): TestClock {
  const startWallMs = Date.now();
  const startMonotonicMs = performance.now();
  let advancedMs = 0;
  let jumpedMs = 0;
  const passed = (): number => (performance.now() - startMonotonicMs) * speed + advancedMs;
  return {
    now() {
      const passedMs = passed();
      return { wallMs: startWallMs + passedMs + jumpedMs, monotonicMs: startMonotonicMs + passedMs };
    },
    schedule(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / speed);
      return () => {
        clearTimeout(timer);
      };
    },
    advance(durationMs) {
      advancedMs += durationMs;
    },
    jumpWall(byMs) {
      jumpedMs += byMs;
    },
    worldNowMs: () => startWallMs + passed(),
  };
}
