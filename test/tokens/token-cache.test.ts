import { remainingMs, type AccessToken } from '../../src/tokens/access-token.ts';
import { InteractionRequiredError, UpstreamError } from '../../src/errors.ts';
import type { TokenEndpoint } from '../../src/tokens/token-endpoint.ts';
import { createTokenCache, type TokenCache } from '../../src/tokens/token-cache.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const HOUR_MS = 3_600_000;

let clock: SimulatedClock;
let failures: [key: string, error: unknown][];
let cache: TokenCache;

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  failures = [];
  cache = createTokenCache({
    clock,
    random: () => 0,
    onRefreshFailure: (key, error) => failures.push([key, error]),
  });
});

/** An issuer that numbers its tokens. */
function createIssuer(cacheKey = 'default') {
  const issuer = {
    cacheKey,
    minted: 0,
    lifetimeMs: HOUR_MS,
    latencyMs: 0,
    failure: undefined as Error | undefined,
    superseded: false,
    async requestToken() {
      const requestedAt = clock.now();
      const value = `token ${++issuer.minted} of ${cacheKey}`;
      if (issuer.latencyMs > 0) await new Promise<void>((resolve) => clock.schedule(issuer.latencyMs, resolve));
      if (issuer.failure !== undefined) throw issuer.failure;
      const token: AccessToken = some.accessToken({ value, requestedAt, lifetimeMs: issuer.lifetimeMs });
      return { token, isSuperseded: () => issuer.superseded };
    },
  };
  return issuer satisfies TokenEndpoint;
}

const ask = async (issuer: TokenEndpoint, minTtlSeconds?: number): Promise<string> => {
  const { token, cache: source } = await cache.get(issuer, minTtlSeconds);
  return `${token.value}, ${source}`;
};

const refusal = new UpstreamError('issuer_rejected', 'No.', { service: 'issuer', status: 400 });
const away = unavailable('is away', { service: 'issuer' });

test('a thousand callers of a cold instance cause one token request', async () => {
  const issuer = createIssuer();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => ask(issuer)));
  expect([new Set(answers), issuer.minted]).toEqual([new Set(['token 1 of default, minted']), 1]);
});

test('each endpoint has its own token', async () => {
  expect([await ask(createIssuer('a')), await ask(createIssuer('b'))]).toEqual([
    'token 1 of a, minted',
    'token 1 of b, minted',
  ]);
});

test('at four fifths of its life a token is refreshed in the background', async () => {
  const issuer = createIssuer();
  await ask(issuer);
  await clock.advance(0.8 * HOUR_MS - 1);
  expect([await ask(issuer), issuer.minted]).toEqual(['token 1 of default, hit', 1]);
  await clock.advance(1);
  expect(await ask(issuer)).toBe('token 1 of default, hit');
  await clock.settle();
  expect(await ask(issuer)).toBe('token 2 of default, hit');
});

test('with jitter it is refreshed up to a tenth earlier', async () => {
  cache = createTokenCache({ clock, random: () => 1, onRefreshFailure: () => undefined });
  const issuer = createIssuer();
  await ask(issuer);
  await clock.advance(0.72 * HOUR_MS - 1);
  await ask(issuer);
  await clock.settle();
  expect(issuer.minted).toBe(1);
  await clock.advance(1);
  await ask(issuer);
  await clock.settle();
  expect(issuer.minted).toBe(2);
});

test('a token whose credential was replaced is served while a new one is requested', async () => {
  const issuer = createIssuer();
  await ask(issuer);
  issuer.superseded = true;
  expect(await ask(issuer)).toBe('token 1 of default, hit');
  await clock.settle();
  issuer.superseded = false;
  expect(await ask(issuer)).toBe('token 2 of default, hit');
});

test('during an outage of the issuer a valid token is served until it expires, and the operator gets a warning', async () => {
  const issuer = createIssuer();
  await ask(issuer);
  issuer.failure = away;
  await clock.advance(0.9 * HOUR_MS);
  expect(await ask(issuer)).toBe('token 1 of default, hit');
  await clock.settle();
  expect([failures, cache.lastFailure(issuer)]).toEqual([[['default', away]], away]);
  await clock.advance(0.1 * HOUR_MS - 1000);
  expect(await ask(issuer)).toBe('token 1 of default, hit');
  await clock.advance(1);
  await expect(ask(issuer)).rejects.toBe(away);
});

test.each([
  ['a refusal', refusal, 10_000],
  ['an outage', away, 1000],
  ['an outage with Retry-After', unavailable('is away', { service: 'issuer' }, { retryAfterSeconds: 60 }), 60_000],
  ['a defect', new TypeError('undefined is not a function'), 10_000],
])('%s is remembered, so that callers do not cause repeated requests', async (_, failure, memoryMs) => {
  const issuer = createIssuer();
  issuer.failure = failure;
  await expect(ask(issuer)).rejects.toBe(failure);
  await clock.advance(memoryMs - 1);
  await expect(ask(issuer)).rejects.toThrow(failure.message);
  expect(issuer.minted).toBe(1);
  await clock.advance(1);
  await expect(ask(issuer)).rejects.toBe(failure);
  expect(issuer.minted).toBe(2);
});

test('interaction_required is remembered for less than a second: the person may have just signed in', async () => {
  const issuer = createIssuer();
  issuer.failure = new InteractionRequiredError('Sign in.', { service: 'issuer' }, {});
  await expect(ask(issuer)).rejects.toBe(issuer.failure);
  await expect(ask(issuer)).rejects.toBe(issuer.failure);
  expect(issuer.minted).toBe(1);
  issuer.failure = undefined;
  await clock.advance(1_000);
  expect(await ask(issuer)).toBe('token 2 of default, minted');
});

describe('a caller who wants a token that lives long enough', () => {
  test('gets the cached token if it does', async () => {
    const issuer = createIssuer();
    await ask(issuer);
    await clock.advance(HOUR_MS / 2);
    expect(await ask(issuer, 1800)).toBe('token 1 of default, hit');
  });

  test('gets a new token if it does not', async () => {
    const issuer = createIssuer();
    await ask(issuer);
    await clock.advance(HOUR_MS / 2);
    expect(await ask(issuer, 1801)).toBe('token 2 of default, minted');
  });

  test('gets a token that is under half a minute old, however short its life', async () => {
    const issuer = createIssuer();
    issuer.lifetimeMs = 600_000;
    await ask(issuer);
    await clock.advance(29_999);
    expect(await ask(issuer, 3600)).toBe('token 1 of default, hit');
    await clock.advance(1);
    expect(await ask(issuer, 3600)).toBe('token 2 of default, minted');
  });

  test('gets the cached token if no newer one is available, also while that failure is remembered', async () => {
    const issuer = createIssuer();
    await ask(issuer);
    issuer.failure = refusal;
    await clock.advance(HOUR_MS / 2);
    expect([await ask(issuer, 3600), await ask(issuer, 3600), issuer.minted]).toEqual([
      'token 1 of default, hit',
      'token 1 of default, hit',
      2,
    ]);
  });
});

describe('while a newer token is delayed, a caller gets the cached one', () => {
  /** How long it waits if the cached token, which lives for `lifetimeMs`, has `leftMs` left. */
  async function waitMs(lifetimeMs: number, leftMs: number, minTtlSeconds: number): Promise<number> {
    const issuer = createIssuer();
    issuer.lifetimeMs = lifetimeMs;
    await ask(issuer);
    issuer.latencyMs = 60_000;
    await clock.advance(lifetimeMs - leftMs);
    const { monotonicMs } = clock.now();
    expect(await clock.settled(ask(issuer, minTtlSeconds))).toEqual({
      status: 'fulfilled',
      value: 'token 1 of default, hit',
    });
    return clock.now().monotonicMs - monotonicMs;
  }

  test.each<[name: string, token: { lifetimeMs?: number; leftMs: number; minTtlSeconds?: number }, waitMs: number]>([
    ['at once if it lives for half a minute', { leftMs: 30_000 }, 0],
    ['after three seconds if it lives for less', { leftMs: 29_999 }, 3_000],
    ['two seconds before its end', { leftMs: 4_500 }, 2_500],
    ['after twenty seconds if it lives for less than requested', { leftMs: 1_800_000, minTtlSeconds: 1801 }, 20_000],
    ['two seconds before its end, also if more was requested', { leftMs: 15_000, minTtlSeconds: 1801 }, 13_000],
    ['after three seconds if it lives for just as long as requested', { leftMs: 20_000, minTtlSeconds: 20 }, 3_000],
    ['at once if a short-lived one is due for a refresh', { lifetimeMs: 60_000, leftMs: 6_000 }, 0],
    ['after three seconds if a short-lived one is nearly expired', { lifetimeMs: 60_000, leftMs: 5_999 }, 3_000],
  ])('%s', async (_, { lifetimeMs = HOUR_MS, leftMs, minTtlSeconds = 0 }, expected) => {
    expect(await waitMs(lifetimeMs, leftMs, minTtlSeconds)).toBe(expected);
  });
});

describe('a token that is requested before any caller asks for it', () => {
  test('is in the cache for the first caller', async () => {
    const issuer = createIssuer();
    await cache.prefetch(issuer);
    expect([await ask(issuer), issuer.minted]).toEqual(['token 1 of default, hit', 1]);
  });

  test('does not affect the first request if it fails: the failure is logged and not remembered', async () => {
    const issuer = createIssuer();
    issuer.failure = refusal;
    await cache.prefetch(issuer);
    issuer.failure = undefined;
    expect([await ask(issuer), failures]).toEqual(['token 2 of default, minted', [['default', refusal]]]);
  });
});

test('a token with less than half a minute to live is not returned if a newer one is available', async () => {
  const issuer = createIssuer();
  await ask(issuer);
  await clock.advance(HOUR_MS - 29_999);
  expect(await ask(issuer)).toBe('token 2 of default, minted');
});

test('a token that expired on arrival is requested once more, and then reported as an outage of the issuer', async () => {
  const issuer = createIssuer();
  issuer.lifetimeMs = 5000;
  issuer.latencyMs = 4001;
  expect(await clock.settled(ask(issuer))).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'upstream_unavailable',
      message: 'The token issuer returned a token that had already expired.',
      upstream: { service: 'issuer' },
    },
  });
});

test('a token that expired on arrival does not replace a valid one', async () => {
  const issuer = createIssuer();
  await ask(issuer);
  await clock.advance(HOUR_MS - 60_000);
  issuer.lifetimeMs = 5000;
  issuer.latencyMs = 4001;
  const outcome = await clock.settled(cache.get(issuer, 3600));
  if (outcome.status !== 'fulfilled') throw outcome.reason;
  expect([outcome.value.token.value, remainingMs(outcome.value.token, clock.now())]).toEqual([
    'token 1 of default',
    60_000 - 2 * 4001,
  ]);
});

describe('a token that is refused although it has not expired', () => {
  test('is replaced by a new one, which later callers also get', async () => {
    const issuer = createIssuer();
    const { token } = await cache.get(issuer);
    const replacement = await cache.replace(issuer, token);
    expect(replacement).toMatchObject({ token: { value: 'token 2 of default' }, cache: 'minted' });
    expect(await ask(issuer)).toBe('token 2 of default, hit');
  });

  test('is named to the endpoint, so that an endpoint with a cache does not return it again', async () => {
    const refusals: (string | undefined)[] = [];
    const issuer = createIssuer();
    const endpoint: TokenEndpoint = {
      ...issuer,
      requestToken(_, refused) {
        refusals.push(refused?.value);
        return issuer.requestToken();
      },
    };
    const { token } = await cache.get(endpoint);
    await cache.replace(endpoint, token);
    expect(refusals).toEqual([undefined, 'token 1 of default']);
  });

  test('is no longer served during an outage of the issuer', async () => {
    const issuer = createIssuer();
    const { token } = await cache.get(issuer);
    issuer.failure = away;
    await expect(cache.replace(issuer, token)).rejects.toBe(away);
    await expect(ask(issuer)).rejects.toBe(away);
  });
});

describe('the tokens of people', () => {
  const session = (person: string, number: number) => ({
    ...createIssuer(`session ${number} of ${person}`),
    person: `tenant/${person}`,
  });
  const askAll = async (endpoints: readonly TokenEndpoint[]): Promise<string[]> => {
    const answers: string[] = [];
    for (const endpoint of endpoints) answers.push(await ask(endpoint));
    return answers;
  };

  test('never evict the tokens of profiles, however many sessions there are', async () => {
    cache = createTokenCache({ clock, random: () => 0, onRefreshFailure: () => undefined, maxOfPeople: 50 });
    const profiles = Array.from({ length: 100 }, (_, index) => createIssuer(`profile ${index}`));
    await askAll(profiles);
    await askAll(Array.from({ length: 200 }, (_, index) => session(`person ${index}`, 1)));

    expect(await askAll(profiles)).toEqual(profiles.map(({ cacheKey }) => `token 1 of ${cacheKey}, hit`));
  });

  test('are limited to the newest twenty per person', async () => {
    const sessions = Array.from({ length: 25 }, (_, index) => session('ada', index));
    await askAll(sessions);
    const kept = await askAll(sessions.slice(5));
    const gone = await ask(sessions[0] ?? session('ada', 0));

    expect([new Set(kept.map((answer) => answer.split(', ')[1])), gone]).toEqual([
      new Set(['hit']),
      'token 2 of session 0 of ada, minted',
    ]);
  });

  test("of one person never evict another person's", async () => {
    cache = createTokenCache({ clock, random: () => 0, onRefreshFailure: () => undefined, maxOfPeople: 50 });
    const grace = session('grace', 1);
    await ask(grace);
    await askAll(Array.from({ length: 100 }, (_, index) => session('ada', index)));

    expect(await ask(grace)).toBe('token 1 of session 1 of grace, hit');
  });

  test('are limited in total', async () => {
    cache = createTokenCache({ clock, random: () => 0, onRefreshFailure: () => undefined, maxOfPeople: 2 });
    const [ada, grace, alan] = [session('ada', 1), session('grace', 1), session('alan', 1)];
    await askAll([ada, grace, alan]);

    expect(await askAll([grace, ada])).toEqual([
      'token 1 of session 1 of grace, hit',
      'token 2 of session 1 of ada, minted',
    ]);
  });

  test('are not shared with a profile that has the same key', async () => {
    const own = createIssuer('same');
    await ask(own);

    expect(await ask({ ...createIssuer('same'), person: 'tenant/ada' })).toBe('token 1 of same, minted');
  });
});
