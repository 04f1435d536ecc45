import { exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey } from 'jose';
import { createSigningKeys, type SigningKeysSource } from '../../src/callers/signing-keys.ts';
import { ServiceError, UpstreamError } from '../../src/errors.ts';
import { failureOf } from '../support/failure-of.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ADDRESS = 'https://issuer.example/keys';

let clock: SimulatedClock;
let publicKey: JWK;
let located: number;
let asked: string[];
let refreshFailures: [key: string, error: unknown][];
/** The answer of the address of the keys. */
let answer: (init: RequestInit | undefined) => Response | Promise<Response>;

beforeAll(async () => {
  publicKey = await exportJWK((await generateKeyPair('ES256')).publicKey);
});
beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  [located, asked, refreshFailures] = [0, [], []];
  answer = () => keySet('known');
});

/** A key set with keys of these ids, or with these keys. */
const keySet = (...keys: readonly (string | Readonly<Record<string, unknown>>)[]): Response =>
  Response.json({ keys: keys.map((key) => ({ ...publicKey, ...(typeof key === 'string' ? { kid: key } : key) })) });
const fails = (status: number) => () => new Response('', { status });

function start(members: Partial<SigningKeysSource> = {}): JWTVerifyGetKey {
  return createSigningKeys(
    {
      issuers: [the.issuer],
      locate: () => {
        located++;
        return Promise.resolve(ADDRESS);
      },
      explainRefusal: () => undefined,
      ...members,
    },
    {
      clock,
      random: () => 0.5,
      onRefreshFailure: (key, error) => refreshFailures.push([key, error]),
      fetch: async (url, init) => {
        asked.push(url as string);
        return answer(init);
      },
    },
  );
}

/** `known` if the keys have this id, or the reason why not. */
async function look(keys: JWTVerifyGetKey, kid = 'known'): Promise<string> {
  const header = { alg: 'ES256', kid };
  const outcome = await clock.settled(
    Promise.resolve(keys(header, { payload: '', signature: '', header, protected: '' })),
  );
  if (outcome.status === 'fulfilled') return 'known';
  const reason: unknown = outcome.reason;
  return reason instanceof ServiceError ? reason.code : String((reason as { code?: unknown }).code);
}
const UNKNOWN = 'ERR_JWKS_NO_MATCHING_KEY';

test('a thousand callers share one read of the keys', async () => {
  const keys = start();

  expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => look(keys))))).toEqual(new Set(['known']));
  expect([located, asked]).toEqual([1, [ADDRESS]]);
});

test('the keys are read again in the background after four hours', async () => {
  const keys = start();
  await look(keys);
  await clock.advance(4 * HOUR_MS - 1);
  await look(keys);
  const before = asked.length;
  await clock.advance(1);
  await look(keys);

  expect([before, asked.length]).toEqual([1, 2]);
});

test('during an outage of the issuer the keys are used for three days, and the log has the reason', async () => {
  const keys = start();
  await look(keys);
  answer = fails(503);
  await clock.advance(3 * DAY_MS - 60_000);
  const before = await look(keys);
  await clock.advance(60_000);

  expect([before, await look(keys)]).toEqual(['known', 'upstream_unavailable']);
  expect(refreshFailures.map(([key]) => key)).toEqual([the.issuer]);
});

describe('an unknown key id', () => {
  test('causes a read of the keys, because the issuer may have added it', async () => {
    const keys = start();
    await look(keys);
    answer = () => keySet('known', 'added');
    await clock.advance(30_000);

    expect([await look(keys, 'added'), asked.length]).toEqual(['known', 2]);
  });

  test('causes no other read within half a minute, because anyone can invent ids', async () => {
    const keys = start();
    await look(keys);
    await clock.advance(29_999);

    expect([await look(keys, 'made-up'), asked.length]).toEqual([UNKNOWN, 1]);
  });

  test('stays unknown if the new key set does not have it', async () => {
    const keys = start();
    await look(keys);
    await clock.advance(30_000);

    expect([await look(keys, 'made-up'), asked.length]).toEqual([UNKNOWN, 2]);
  });
});

test('a key for another algorithm than that of the token does not cause a read of the keys', async () => {
  answer = () => keySet('known', 'known');
  const keys = start();
  await look(keys);
  await clock.advance(30_000);

  expect([await look(keys), asked.length]).toEqual(['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 1]);
});

test('a failed read is repeated', async () => {
  answer = () => (asked.length < 3 ? fails(500)() : keySet('known'));

  expect([await look(start()), asked.length]).toEqual(['known', 3]);
});

/** How the first read fails. */
const failure = (members?: Partial<SigningKeysSource>) =>
  failureOf(async () => {
    const header = { alg: 'ES256', kid: 'known' };
    const keys = start(members);
    const outcome = await clock.settled(
      Promise.resolve(keys(header, { payload: '', signature: '', header, protected: '' })),
    );
    if (outcome.status === 'rejected') throw outcome.reason;
  });

test('a refusal is explained by the source of the keys', async () => {
  answer = fails(404);
  const explained = new UpstreamError('misconfigured', 'No such tenant.', { service: 'issuer', status: 404 });

  expect(await failure({ explainRefusal: (status) => (status === 404 ? explained : undefined) })).toMatchObject({
    code: 'misconfigured',
    message: 'No such tenant.',
  });
});

test.each([
  [403, 'issuer_rejected'],
  [503, 'upstream_unavailable'],
])('a status %d that the source does not explain becomes %s', async (status, code) => {
  answer = fails(status);

  expect(await failure()).toMatchObject({ code, upstream: { service: 'issuer', status } });
});

test('a Retry-After with a date counts from now', async () => {
  const later = new Date(the.startMs + 120_000).toUTCString();
  answer = () => new Response('', { status: 429, headers: { 'retry-after': later } });

  expect(await failure()).toMatchObject({ code: 'upstream_unavailable', retryAfterSeconds: 120 });
});

test.each<[name: string, answer: () => Response]>([
  ['HTML', () => new Response('<html>')],
  ['a list', () => Response.json([])],
  ['no keys', () => Response.json({})],
  ['keys that are an object', () => Response.json({ keys: {} })],
  ['a key without a type', () => Response.json({ keys: [{ kid: 'known' }] })],
  ['a key whose type is not text', () => Response.json({ keys: [{ kid: 'known', kty: 1 }] })],
])('an answer with %s is an outage of the issuer', async (_, bad) => {
  answer = bad;

  expect(await failure()).toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer does not return its signing keys.',
    upstream: { service: 'issuer', status: 200 },
  });
});

test('a missing connection is an outage of the issuer', async () => {
  answer = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));

  expect(await failure()).toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer could not be reached.',
    upstream: { service: 'issuer' },
  });
});

test('an issuer that does not answer is an outage, and the requests are stopped', async () => {
  const signals: (AbortSignal | null | undefined)[] = [];
  answer = (init) => {
    signals.push(init?.signal);
    return new Promise(() => undefined);
  };

  expect(await failure()).toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer did not answer within 20.0 s, in 2 tries.',
    upstream: { service: 'issuer' },
  });
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
});

describe('a key that names an issuer', () => {
  const TENANT_ISSUER = `https://login.example/${the.tenantId}/v2.0`;

  test.each<[name: string, issuer: unknown, expected: string]>([
    ['the first form of ours', TENANT_ISSUER, 'known'],
    ['the second form of ours', 'https://other.example/', 'known'],
    ['ours for every tenant', 'https://login.example/{tenantid}/v2.0', 'known'],
    ['that of personal accounts', 'https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', UNKNOWN],
    ['that of another host for every tenant', 'https://evil.example/{tenantid}/v2.0', UNKNOWN],
    ['a number', 1, UNKNOWN],
    ['null', null, UNKNOWN],
  ])('namely %s', async (_, issuer, expected) => {
    answer = () => keySet({ kid: 'known', issuer });

    expect(await look(start({ issuers: [TENANT_ISSUER, 'https://other.example/'] }))).toBe(expected);
  });

  test('for every tenant does not belong to an issuer without a tenant', async () => {
    answer = () => keySet({ kid: 'known', issuer: 'https://issuer.example/{tenantid}' });

    expect(await look(start({ issuers: ['https://issuer.example/undefined'] }))).toBe(UNKNOWN);
  });
});
