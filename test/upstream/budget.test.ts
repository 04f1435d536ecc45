import { createBudget } from '../../src/upstream/budget.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

test('a request has twenty seconds for all upstream calls together, and the rest is never negative', async () => {
  const clock = createSimulatedClock(the.startMs);
  const budget = createBudget(clock);
  const seen = [budget.remainingMs()];
  for (const passedMs of [1, 19_998, 1, 5000]) {
    await clock.advance(passedMs);
    seen.push(budget.remainingMs());
  }
  expect(seen).toEqual([20_000, 19_999, 1, 0, 0]);
});

test('setting the wall clock back gives a request no more time', async () => {
  const clock = createSimulatedClock(the.startMs);
  const budget = createBudget(clock, 1000);
  clock.jumpWall(-3_600_000);
  await clock.advance(600);
  expect(budget.remainingMs()).toBe(400);
});
