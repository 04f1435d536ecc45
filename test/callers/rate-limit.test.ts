import { createRateLimit } from '../../src/callers/rate-limit.ts';
import { ServiceError } from '../../src/errors.ts';
import { failureOf } from '../support/failure-of.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const MINUTE_MS = 60_000;

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
  return { clock, limit, take };
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

test.each([1, 7, 11, 90])(
  'with %d requests a minute, a caller that waits long enough each time is always served',
  async (perMinute) => {
    const { clock, limit, take } = start(perMinute);
    for (let count = 0; count < perMinute; count++) take();
    const answers = new Set<boolean>();
    for (let count = 0; count < 200; count++) {
      // The limit fills by fractions, and their sum may be slightly below the whole request.
      await clock.advance(MINUTE_MS / perMinute, { isSettled: true });
      answers.add(limit.tryTake('ada'));
    }

    expect(answers).toEqual(new Set([true]));
  },
);

test('a millisecond before the next request is allowed, it is refused', async () => {
  const { clock, limit, take } = start(2);
  take();
  take();
  await clock.advance(29_999);
  const before = [limit.tryTake('ada'), take()];
  await clock.advance(1);

  expect([before, limit.tryTake('ada'), limit.tryTake('ada')]).toEqual([[false, 'rate_limited 1'], true, false]);
});

test('tryTake counts a request as take does', () => {
  const { limit, take } = start(2);

  expect([limit.tryTake('ada'), take(), limit.tryTake('ada'), take()]).toEqual([
    true,
    'given',
    false,
    'rate_limited 30',
  ]);
});

test('the refusal says how to send fewer requests, and which setting raises the limit', async () => {
  const { limit, take } = start(2);
  take();
  take();

  expect(
    await failureOf(() => {
      limit.take('ada');
    }),
  ).toEqual({
    code: 'rate_limited',
    message: 'This caller has reached its limit of 2 requests a minute.',
    hint: 'Keep each token until its refresh_in has passed, and ask less often for lists and the status of dataset refreshes. The operator can raise CALLER_RATE_PER_MINUTE.',
    retryAfterSeconds: 30,
  });
});

test('another limit has its own message', async () => {
  const words = { detail: 'Too many sign-ins.', hint: 'Wait a minute.' };
  const limit = createRateLimit(1, createSimulatedClock(the.startMs), words);
  limit.take('ada');

  expect(
    await failureOf(() => {
      limit.take('ada');
    }),
  ).toMatchObject({ message: words.detail, hint: words.hint });
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

describe('when ten thousand callers are remembered, another one', () => {
  const remember = (take: (caller: string) => string): void => {
    for (let index = 0; index < 10_000; index++) take(`caller-${index}`);
  };

  test('replaces the one whose last request is the oldest: the memory does not grow', () => {
    const { take } = start(1);
    remember(take);

    expect([take('one more'), take('caller-9999'), take('caller-1'), take('caller-0')]).toEqual([
      'given',
      'rate_limited 60',
      'rate_limited 60',
      'given',
    ]);
  });

  test('does not replace the first one if that has sent another request', () => {
    const { take } = start(2);
    remember(take);
    take('caller-0');
    take('one more');

    expect([take('caller-0'), take('caller-1'), take('caller-1')]).toEqual(['rate_limited 30', 'given', 'given']);
  });

  test('replaces none if it is one of them', () => {
    const { take } = start(2);
    remember(take);

    expect([take('caller-9999'), take('caller-0'), take('caller-0')]).toEqual(['given', 'given', 'rate_limited 30']);
  });
});
