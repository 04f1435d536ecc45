import { createRateLimit } from '../../src/callers/rate-limit.ts';
import { ServiceError } from '../../src/errors.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const start = (perMinute: number) => {
  const clock = createSimulatedClock(the.startMs);
  const limit = createRateLimit(perMinute, clock);
  const take = (caller = 'ada'): string => {
    try {
      limit.take(caller);
      return 'given';
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return `${error.code} ${error.retryAfterSeconds ?? '-'}`;
    }
  };
  return { clock, take };
};

test('a caller may use its whole limit at once, and then gets Retry-After', () => {
  const { take } = start(3);

  expect([take(), take(), take(), take()]).toEqual(['given', 'given', 'given', 'rate_limited 20']);
});

test('a caller that returns after Retry-After is served; a second earlier it is not', async () => {
  const { clock, take } = start(3);
  for (let count = 0; count < 3; count++) take();

  await clock.advance(19_000);
  const early = take();
  await clock.advance(1_000);

  expect([early, take(), take()]).toEqual(['rate_limited 1', 'given', 'rate_limited 20']);
});

test('a pause of a minute refills the limit, and a longer pause adds no more', async () => {
  const { clock, take } = start(2);
  take();
  take();
  await clock.advance(3_600_000);

  expect([take(), take(), take()]).toEqual(['given', 'given', 'rate_limited 30']);
});

test('each caller has its own limit', () => {
  const { take } = start(1);

  expect([take('ada'), take('grace'), take('ada'), take('__proto__'), take('__proto__')]).toEqual([
    'given',
    'given',
    'rate_limited 60',
    'given',
    'rate_limited 60',
  ]);
});

test('a refused request does not count: a caller that keeps asking is served as soon as any other', async () => {
  const { clock, take } = start(1);
  take();
  for (let second = 0; second < 60; second++) {
    take();
    await clock.advance(1_000);
  }

  expect(take()).toBe('given');
});

test('setting the wall clock back does not change the limit of a caller', async () => {
  const { clock, take } = start(1);
  take();
  clock.jumpWall(-86_400_000);

  const before = take();
  await clock.advance(60_000);

  expect([before, take()]).toEqual(['rate_limited 60', 'given']);
});

test('ten thousand callers are remembered, each with its own limit', async () => {
  const { clock, take } = start(1);
  const everyone = Array.from({ length: 9_999 }, (_, index) => `caller-${index}`);
  for (const caller of everyone) take(caller);
  await clock.advance(30_000);

  expect([take('one more'), take('caller-0'), take('caller-9998')]).toEqual([
    'given',
    'rate_limited 30',
    'rate_limited 30',
  ]);
});

test('when the memory is full, callers with no request for a minute are removed, and lose nothing', async () => {
  const { clock, take } = start(1);
  for (let index = 0; index < 10_000; index++) take(`caller-${index}`);
  await clock.advance(60_000);

  expect([take('one more'), take('caller-0'), take('caller-0')]).toEqual(['given', 'given', 'rate_limited 60']);
});

test('if all of them are active, the first one is removed, and the memory does not grow', () => {
  const { take } = start(1);
  for (let index = 0; index < 10_000; index++) take(`caller-${index}`);

  expect([take('one more'), take('caller-9999'), take('caller-0')]).toEqual(['given', 'rate_limited 60', 'given']);
});
