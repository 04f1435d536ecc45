import { createAppIdentity, type RequestIdentityToken } from '../../src/identity/app-identity.ts';
import { UpstreamError } from '../../src/errors.ts';
import type { AccessToken } from '../../src/tokens/access-token.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const HOUR_MS = 3_600_000;

/** An identity endpoint whose tokens live for a day. */
function createHandler() {
  const clock = createSimulatedClock(the.startMs);
  const failures: unknown[] = [];
  const endpoint = {
    asked: 0,
    failure: undefined as Error | undefined,
    refused: [] as (string | undefined)[],
    refreshInMs: undefined as number | undefined,
  };
  const requestToken: RequestIdentityToken = (scope, { refused }) => {
    const value = `token ${++endpoint.asked}`;
    endpoint.refused.push(refused?.value);
    if (endpoint.failure !== undefined) return Promise.reject(endpoint.failure);
    return Promise.resolve(
      some.accessToken({
        value,
        scope,
        requestedAt: clock.now(),
        lifetimeMs: 24 * HOUR_MS,
        refreshAfterMs: endpoint.refreshInMs,
      }),
    );
  };
  const identity = createAppIdentity(requestToken, {
    clock,
    random: () => 0.5,
    onRefreshFailure: (_, error) => failures.push(error),
  });
  const ask = (scope: string = the.vaultScope) => clock.settled(identity.getToken(scope, createBudget(clock)));
  return { clock, endpoint, identity, failures, ask };
}

test('a thousand callers at once cause one request', async () => {
  const { endpoint, ask } = createHandler();
  await Promise.all(Array.from({ length: 1000 }, () => ask()));
  expect(endpoint.asked).toBe(1);
});

test('each scope has its own token', async () => {
  const { ask } = createHandler();
  expect([await ask('a'), await ask('b')]).toMatchObject([
    { value: { value: 'token 1', scope: 'a' } },
    { value: { value: 'token 2', scope: 'b' } },
  ]);
});

test.each([
  ['the age that the endpoint names', 12 * HOUR_MS, 12 * HOUR_MS],
  ['four fifths of its life without a refresh time', undefined, 19.2 * HOUR_MS],
])('a token is refreshed in the background at %s', async (_, refreshInMs, dueMs) => {
  const { clock, endpoint, ask } = createHandler();
  endpoint.refreshInMs = refreshInMs;
  await ask();
  await clock.advance(dueMs - 1);
  await ask();
  expect(endpoint.asked).toBe(1);
  await clock.advance(1);
  expect(await ask()).toMatchObject({ value: { value: 'token 1' } });
  expect(await ask()).toMatchObject({ value: { value: 'token 2' } });
});

test('during an outage of the endpoint a valid token is served until it expires', async () => {
  const { clock, endpoint, failures, ask } = createHandler();
  await ask();
  endpoint.failure = unavailable('is not ready', { service: 'identity-endpoint', status: 503 });
  await clock.advance(23 * HOUR_MS);
  expect(await ask()).toMatchObject({ value: { value: 'token 1' } });
  await clock.advance(60_000);
  expect(failures).toEqual([endpoint.failure]);
  await clock.advance(HOUR_MS);
  expect(await ask()).toEqual({ status: 'rejected', reason: endpoint.failure });
});

test.each([
  ['a refusal', new UpstreamError('misconfigured', 'No.', { service: 'identity-endpoint', status: 400 }), 5000, 1],
  ['an outage', unavailable('is not ready', { service: 'identity-endpoint' }), 1000, 4],
])('%s is remembered for a while', async (_, failure, memoryMs, attempts) => {
  const { clock, endpoint, ask } = createHandler();
  endpoint.failure = failure;
  expect(await ask()).toEqual({ status: 'rejected', reason: failure });
  await clock.advance(memoryMs - 1);
  await ask();
  expect(endpoint.asked).toBe(attempts);
  await clock.advance(1);
  await ask();
  expect(endpoint.asked).toBe(2 * attempts);
});

test('a refused token is dropped, and a new one is requested', async () => {
  const { clock, endpoint, identity, ask } = createHandler();
  const { value: refused } = (await ask()) as { value: AccessToken };
  const replace = (token: AccessToken) =>
    clock.settled(identity.replaceToken(the.vaultScope, token, createBudget(clock)));
  expect(await replace(refused)).toMatchObject({ value: { value: 'token 2' } });
  expect(await ask()).toMatchObject({ value: { value: 'token 2' } });
  expect(endpoint.refused).toEqual([undefined, 'token 1']);
});
