import { ServiceError } from '../../src/errors.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { createThrottleMemory } from '../../src/upstream/throttle-memory.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { withRetries, type RetryOptions } from '../../src/upstream/with-retries.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

let clock: SimulatedClock;
let askedAtMs: number[];
beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  askedAtMs = [];
});

type Options = Partial<RetryOptions> & { readonly budgetMs?: number };

function ask<T>(
  attempt: (count: number, signal: AbortSignal) => Promise<T>,
  { budgetMs = 20_000, ...options }: Options = {},
): Promise<PromiseSettledResult<T>> {
  const defaults = { clock, random: () => 0.5, service: 'issuer', budget: createBudget(clock, budgetMs) } as const;
  return clock.settled(
    withRetries({ ...defaults, ...options }, (signal) => {
      askedAtMs.push(clock.now().monotonicMs);
      return attempt(askedAtMs.length, signal);
    }),
  );
}

const away = (retryAfterSeconds?: number): Error =>
  unavailable('is not available (HTTP 503)', { service: 'issuer', status: 503 }, { retryAfterSeconds });
const silent = (): Promise<never> => new Promise(() => undefined);

test('a successful first try is the only one', async () => {
  expect(await ask(() => Promise.resolve('token'))).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0]);
});

test('a transient failure is tried again, with pauses that double', async () => {
  const outcome = await ask((count) => (count < 4 ? Promise.reject(away()) : Promise.resolve('token')));
  expect(outcome).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0, 400, 1200, 2800]);
});

test.each([
  ['half as long', 0, [0, 200, 600, 1400]],
  ['half as long again', 1, [0, 600, 1800, 4200]],
])('jitter can make every pause %s', async (_, random, expected) => {
  await ask(() => Promise.reject(away()), { random: () => random });
  expect(askedAtMs).toEqual(expected);
});

test('after four tries the last error is thrown', async () => {
  const faults = [1, 2, 3, 4].map(() => away());
  const outcome = await ask((count) => Promise.reject(faults[count - 1] ?? new Error('asked a fifth time')));
  expect(outcome).toEqual({ status: 'rejected', reason: faults[3] });
});

test.each([
  ['a refusal', new ServiceError('issuer_rejected', 'No.')],
  ['a defect', new TypeError('undefined is not a function')],
])('%s is not tried again', async (_, error) => {
  expect(await ask(() => Promise.reject(error))).toEqual({ status: 'rejected', reason: error });
  expect(askedAtMs).toEqual([0]);
});

test('Retry-After is respected, plus jitter, so that a thousand instances do not return at the same moment', async () => {
  await ask((count) => (count === 1 ? Promise.reject(away(7)) : Promise.resolve('token')));
  expect(askedAtMs).toEqual([0, 7400]);
});

test('a Retry-After of 0 still pauses', async () => {
  await ask(() => Promise.reject(away(0)));
  expect(askedAtMs).toEqual([0, 400, 1200, 2800]);
});

test.each([
  ['is sent if a quarter of a second is left for it', 650, [0, 400]],
  ['is not sent if less is left', 649, [0]],
])('after the pause, another request %s', async (_, budgetMs, expected) => {
  await ask(() => Promise.reject(away()), { budgetMs });
  expect(askedAtMs).toEqual(expected);
});

test('a Retry-After beyond the budget is passed on at once', async () => {
  const fault = away(60);
  expect(await ask(() => Promise.reject(fault))).toEqual({ status: 'rejected', reason: fault });
  expect(clock.now().monotonicMs).toBe(0);
});

test.each([
  ['identity-endpoint', 5000],
  ['key-vault', 5000],
  ['issuer', 7000],
  ['power-bi', 10_000],
] as const)('a try at a silent %s ends after %d ms, and a second try follows', async (service, timeoutMs) => {
  const outcome = await ask((count) => (count === 1 ? silent() : Promise.resolve('token')), { service });
  expect(outcome).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0, timeoutMs + 400]);
});

test.each(['identity-endpoint', 'key-vault', 'issuer', 'power-bi'] as const)(
  'a %s that stays silent fails within the budget, after more than one try',
  async (service) => {
    const outcome = await ask(silent, { service });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'upstream_unavailable' } });
    expect(clock.now().monotonicMs).toBeLessThanOrEqual(20_000);
    expect(askedAtMs.length).toBeGreaterThanOrEqual(2);
  },
);

test('without budget there is one short try', async () => {
  const outcome = await ask(silent, { budgetMs: 0 });
  expect(outcome).toMatchObject({ reason: { message: 'The token issuer did not answer within 0.3 s.' } });
  expect(clock.now().monotonicMs).toBe(250);
});

test('after a try without an answer, the next one gets all the time that is left', async () => {
  const slow = (_: number, signal: AbortSignal): Promise<string> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(8_000, () => {
        resolve('token');
      });
      signal.addEventListener('abort', cancel);
    });
  expect(await ask(slow)).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0, 7_400]);
});

test('the detail says how long all tries waited together', async () => {
  expect(await ask(silent)).toMatchObject({
    reason: { message: 'The token issuer did not answer within 20.0 s, in 2 tries.', upstream: { service: 'issuer' } },
  });
});

test('a failure that must not be repeated is thrown at once', async () => {
  const fault = away();
  expect(await ask(() => Promise.reject(fault), { mayRepeat: () => false })).toEqual({
    status: 'rejected',
    reason: fault,
  });
  expect(askedAtMs).toEqual([0]);
});

test('a pause that another request must keep is waited for, if it fits the budget', async () => {
  const throttling = createThrottleMemory(clock);
  const throttled = (attempt: () => Promise<string>) => (): Promise<string> => throttling.run('issuer', attempt);
  await ask(
    throttled(() => Promise.reject(away(3))),
    { mayRepeat: () => false },
  );
  const outcome = await ask(throttled(() => Promise.resolve('token')));
  expect([outcome, clock.now().monotonicMs]).toEqual([{ status: 'fulfilled', value: 'token' }, 3_400]);
});

describe('the time of a try', () => {
  const tryFor = <T>(attemptTimeoutMs: number, attempt: (signal: AbortSignal) => Promise<T>) =>
    ask((_, signal) => attempt(signal), { service: 'key-vault', attemptTimeoutMs, mayRepeat: () => false });

  test('cancels its timer if the try ends first', async () => {
    let signal: AbortSignal | undefined;
    const outcome = await tryFor(5000, (given) => {
      signal = given;
      return Promise.resolve('answer');
    });
    await clock.advance(10_000);
    expect([outcome, signal?.aborted]).toEqual([{ status: 'fulfilled', value: 'answer' }, false]);
  });

  test('does not change the error of a try, even of one that throws synchronously', async () => {
    const defect = new Error('thrown at once');
    const outcome = await tryFor(5000, () => {
      throw defect;
    });
    expect(outcome).toEqual({ status: 'rejected', reason: defect });
  });

  test('ends a silent try by its signal, and does not rely on the signal', async () => {
    let signal: AbortSignal | undefined;
    const outcome = await tryFor(2500, (given) => {
      signal = given;
      return silent();
    });
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'upstream_unavailable', message: 'Key Vault did not answer within 2.5 s.' },
    });
    expect([signal?.aborted, clock.now().monotonicMs]).toEqual([true, 2500]);
  });

  test('leaves no unhandled rejection if the try fails after it was stopped', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on('unhandledRejection', note);
    const outcome = await tryFor(
      1000,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            clock.schedule(500, () => {
              reject(new DOMException('This operation was aborted', 'AbortError'));
            });
          });
        }),
    );
    await clock.advance(1000);
    process.off('unhandledRejection', note);
    expect([outcome.status, unhandled]).toEqual(['rejected', []]);
  });
});
