import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

export interface TestClock extends Clock {
  /** Lets time pass at once, for the app and for the world, as seen from here on; timers that run are not hurried. */
  advance(durationMs: number): void;
  /** Sets the app's wall clock back or forth, as an operator or NTP does. The rest of the world is not moved by it. */
  jumpWall(byMs: number): void;
  /** The wall clock of the rest of the world. */
  worldNowMs(): number;
  /** Waits until the app waits for no upstream: what it began in the background has ended. */
  idle(): Promise<void>;
}

/** From one wait for an upstream to the next a program computes for a moment: only this many calm looks in a row are an end. */
const CALM_LOOKS = 5;

/**
 * Real time, `speed` times as fast, so that time-outs of many seconds can be waited for against real servers.
 */
export function createTestClock({ speed = 1 }: { speed?: number } = {}): TestClock {
  const startWallMs = Date.now();
  const startMonotonicMs = performance.now();
  let advancedMs = 0;
  let jumpedMs = 0;
  /** Every call upstream runs against a time-out, and every pause between two of them is a timer too. */
  const running = new Set<NodeJS.Timeout>();
  const passed = (): number => (performance.now() - startMonotonicMs) * speed + advancedMs;
  return {
    now() {
      const passedMs = passed();
      return { wallMs: startWallMs + passedMs + jumpedMs, monotonicMs: startMonotonicMs + passedMs };
    },
    schedule(delayMs, callback) {
      const timer = setTimeout(() => {
        running.delete(timer);
        callback();
      }, delayMs / speed);
      running.add(timer);
      return () => {
        running.delete(timer);
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
    async idle() {
      for (let calmLooks = 0; calmLooks < CALM_LOOKS; calmLooks = running.size === 0 ? calmLooks + 1 : 0)
        await delay(2);
    },
  };
}
