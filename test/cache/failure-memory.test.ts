import { memoryMs, pauseAfterMs } from '../../src/cache/failure-memory.ts';
import { InteractionRequiredError, ServiceError, UpstreamError } from '../../src/errors.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';

const away = (retryAfterSeconds?: number) => unavailable('is away', { service: 'issuer' }, { retryAfterSeconds });

test.each<[name: string, expectedMs: number, error: unknown]>([
  ['an outage', 1_000, away()],
  ['an outage with Retry-After: 0', 1_000, away(0)],
  ['an outage with Retry-After: 1', 1_000, away(1)],
  ['an outage with Retry-After: 2', 2_000, away(2)],
  ['an outage with Retry-After: 7200', 7_200_000, away(7200)],
  ['a limit of the app with Retry-After: 3', 3_000, new ServiceError('rate_limited', 'No.', { retryAfterSeconds: 3 })],
  ['a person who must sign in again', 1_000, new InteractionRequiredError('No.', { service: 'issuer' }, {})],
  ['a refusal', 5_000, new UpstreamError('issuer_rejected', 'No.', { service: 'issuer' })],
  ['a refusal by the app', 5_000, new ServiceError('misconfigured', 'No.')],
  ['a defect', 5_000, new TypeError('x is undefined')],
  ['a thrown value that is not an error', 5_000, 'away'],
])('%s is remembered for %d ms', (_, expectedMs, error) => {
  expect(memoryMs(error)).toBe(expectedMs);
});

test('a cache can set another time for refusals, but not for outages', () => {
  expect([memoryMs(new Error('No.'), 10_000), memoryMs(away(), 10_000)]).toEqual([10_000, 1_000]);
});

test.each([
  [1, 5_000],
  [2, 10_000],
  [3, 20_000],
  [6, 160_000],
  [7, 300_000],
  [100, 300_000],
])('after %d failures in a row the pause is %d ms, plus or minus a quarter', (failuresInARow, pauseMs) => {
  expect([0, 0.5, 1].map((random) => pauseAfterMs(failuresInARow, () => random))).toEqual([
    0.75 * pauseMs,
    pauseMs,
    1.25 * pauseMs,
  ]);
});
