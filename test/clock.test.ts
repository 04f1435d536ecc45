import { elapsedMs, later, pause } from '../src/clock.ts';
import { createSimulatedClock } from './support/simulated-clock.ts';

test.each([
  ['both clocks agree', { wallMs: 1500, monotonicMs: 700 }, 500],
  ['the wall clock was set back', { wallMs: -9000, monotonicMs: 700 }, 500],
  ['the wall clock was set forward', { wallMs: 10_000, monotonicMs: 700 }, 9000],
  ['the machine slept, and the monotonic clock with it', { wallMs: 61_000, monotonicMs: 201 }, 60_000],
])('the elapsed time is never too short: %s', (_, now, expected) => {
  expect(elapsedMs({ wallMs: 1000, monotonicMs: 200 }, now)).toBe(expected);
});

test('a later moment is later on both clocks', () => {
  expect(later({ wallMs: 1000, monotonicMs: 200 }, 50)).toEqual({ wallMs: 1050, monotonicMs: 250 });
});

test('a pause ends when its time has passed, and not before', async () => {
  const clock = createSimulatedClock(0);
  let ended = false;
  void pause(clock, 1000).then(() => {
    ended = true;
  });
  await clock.advance(999);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(ended).toBe(true);
});
