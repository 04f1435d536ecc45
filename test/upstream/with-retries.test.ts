import { ServiceError, type UpstreamService } from '../../src/errors.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { withRetries } from '../../src/upstream/with-retries.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

let clock: SimulatedClock;
let askedAtMs: number[];
beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  askedAtMs = [];
});

interface Wish {
  readonly service?: UpstreamService;
  readonly random?: () => number;
  readonly budgetMs?: number;
}

function ask<T>(
  attempt: (count: number) => Promise<T>,
  { service = 'issuer', random = () => 0.5, budgetMs = 20_000 }: Wish = {},
): Promise<PromiseSettledResult<T>> {
  return clock.settled(
    withRetries({ clock, random, service, budget: createBudget(clock, budgetMs) }, () => {
      askedAtMs.push(clock.now().monotonicMs);
      return attempt(askedAtMs.length);
    }),
  );
}

const away = (retryAfterSeconds?: number): Error =>
  unavailable('is not available (HTTP 503)', { service: 'issuer', status: 503 }, { retryAfterSeconds });
const silent = (): Promise<never> => new Promise(() => undefined);

test('an answer at the first try is asked for once', async () => {
  expect(await ask(() => Promise.resolve('token'))).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0]);
});

test('a passing fault is asked again, with pauses that double', async () => {
  const outcome = await ask((count) => (count < 4 ? Promise.reject(away()) : Promise.resolve('token')));
  expect(outcome).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0, 400, 1200, 2800]);
});

test.each([
  ['half', 0, [0, 200, 600, 1400]],
  ['half as much again', 1, [0, 600, 1800, 4200]],
])('jitter makes every pause down to or up to %s', async (_, random, expected) => {
  await ask(() => Promise.reject(away()), { random: () => random });
  expect(askedAtMs).toEqual(expected);
});

test('after four tries the last fault is what the caller hears', async () => {
  const faults = [1, 2, 3, 4].map(() => away());
  const outcome = await ask((count) => Promise.reject(faults[count - 1] ?? new Error('asked a fifth time')));
  expect(outcome).toEqual({ status: 'rejected', reason: faults[3] });
});

test.each([
  ['a refusal', new ServiceError('issuer_rejected', 'No.')],
  ['a defect', new TypeError('undefined is not a function')],
])('%s is not asked again', async (_, error) => {
  expect(await ask(() => Promise.reject(error))).toEqual({ status: 'rejected', reason: error });
  expect(askedAtMs).toEqual([0]);
});

test('Retry-After is honoured, with jitter on top so that a thousand instances do not come back together', async () => {
  await ask((count) => (count === 1 ? Promise.reject(away(7)) : Promise.resolve('token')));
  expect(askedAtMs).toEqual([0, 7400]);
});

test('a Retry-After of nothing still pauses', async () => {
  await ask(() => Promise.reject(away(0)));
  expect(askedAtMs).toEqual([0, 400, 1200, 2800]);
});

test('a Retry-After beyond the budget is told at once, not waited for', async () => {
  const fault = away(60);
  expect(await ask(() => Promise.reject(fault))).toEqual({ status: 'rejected', reason: fault });
  expect(clock.now().monotonicMs).toBe(0);
});

test.each([
  ['identity-endpoint', 5000],
  ['key-vault', 5000],
  ['issuer', 7000],
  ['power-bi', 10_000],
] as const)('a silent %s is given %d ms, and asked again', async (service, timeoutMs) => {
  const outcome = await ask((count) => (count === 1 ? silent() : Promise.resolve('token')), { service });
  expect(outcome).toEqual({ status: 'fulfilled', value: 'token' });
  expect(askedAtMs).toEqual([0, timeoutMs + 400]);
});

test.each(['identity-endpoint', 'key-vault', 'issuer', 'power-bi'] as const)(
  'where %s stays silent, the caller hears of it within the budget, after more than one try',
  async (service) => {
    const outcome = await ask(silent, { service });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'upstream_unavailable' } });
    expect(clock.now().monotonicMs).toBeLessThanOrEqual(20_000);
    expect(askedAtMs.length).toBeGreaterThanOrEqual(2);
  },
);

test('where nothing is left of the budget, one short try is all there is', async () => {
  const outcome = await ask(silent, { budgetMs: 0 });
  expect(outcome).toMatchObject({ reason: { message: 'The token issuer did not answer within 0.3 s.' } });
  expect(clock.now().monotonicMs).toBe(250);
});
