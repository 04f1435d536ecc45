import { entraKeys, oidcKeys } from '../../src/callers/key-sources.ts';
import { CLOUDS } from '../../src/config/clouds.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { failureOf } from '../support/failure-of.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

type Answer = (init: RequestInit | undefined) => Response | Promise<Response>;

let clock: SimulatedClock;
beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
});

describe('the keys of a tenant of Entra', () => {
  const source = () => entraKeys(CLOUDS.china, the.tenantId);

  test('have its issuer in the v2 and in the v1 form', () => {
    expect(source().issuers).toEqual([
      `https://login.partner.microsoftonline.cn/${the.tenantId}/v2.0`,
      `https://sts.chinacloudapi.cn/${the.tenantId}/`,
    ]);
  });

  test('are at the authority of the cloud', async () => {
    expect(await source().locate(createBudget(clock))).toBe(
      `https://login.partner.microsoftonline.cn/${the.tenantId}/discovery/v2.0/keys`,
    );
  });

  test.each([400, 404])('are missing if it answers %d: CALLER_TENANT_ID is wrong', async (status) => {
    const explain = (): void => {
      throw source().explainRefusal(status) ?? new Error('It is not explained.');
    };
    expect(await failureOf(explain)).toEqual({
      code: 'misconfigured',
      message: `Entra has no signing keys for the tenant of CALLER_TENANT_ID (HTTP ${status}).`,
      upstream: { service: 'issuer', status },
      hint: 'Set CALLER_TENANT_ID to the tenant id (Entra admin center > Overview), and check POWERBI_CLOUD and AZURE_AUTHORITY_HOST.',
    });
  });

  test.each([401, 403, 407, 302])('are not missing if it answers %d', (status) => {
    expect(source().explainRefusal(status)).toBeUndefined();
  });
});

describe('the keys of another OpenID provider', () => {
  const ISSUER = 'https://issuer.example';
  const METADATA = { issuer: ISSUER, jwks_uri: 'https://keys.example/jwks', other: true };

  /** Finds the address at a provider with these answers. The last answer repeats. */
  function locate(answers: readonly Answer[], issuer = ISSUER) {
    const asked: string[] = [];
    const source = oidcKeys(issuer, {
      clock,
      random: () => 0.5,
      fetch: async (url, init) => {
        const answer = answers[Math.min(asked.length, answers.length - 1)];
        asked.push(url as string);
        return answer?.(init) ?? new Response();
      },
    });
    return { source, asked, found: clock.settled(source.locate(createBudget(clock))) };
  }
  const json = (members: Readonly<Record<string, unknown>> = {}) => Response.json({ ...METADATA, ...members });
  const failure = (answer: Answer) =>
    failureOf(async () => {
      const outcome = await locate([answer]).found;
      if (outcome.status === 'rejected') throw outcome.reason;
    });

  test('belong only to that issuer, and a refusal is explained by its status', () => {
    const { source } = locate([() => json()]);

    expect([source.issuers, source.explainRefusal(404)]).toEqual([[ISSUER], undefined]);
  });

  test.each([
    ['a slash at its end', `${ISSUER}/`, `${ISSUER}/.well-known/openid-configuration`],
    ['a path', `${ISSUER}/realms/bi`, `${ISSUER}/realms/bi/.well-known/openid-configuration`],
    ['a path and a slash', `${ISSUER}/a/b/`, `${ISSUER}/a/b/.well-known/openid-configuration`],
  ])('have the address in the metadata, also for an issuer with %s', async (_, issuer, address) => {
    const { asked, found } = locate([() => json({ issuer })], issuer);

    expect([await found, asked]).toEqual([{ status: 'fulfilled', value: 'https://keys.example/jwks' }, [address]]);
  });

  test('may have an address with an upper-case scheme', async () => {
    const { found } = locate([() => json({ jwks_uri: 'HTTPS://keys.example' })]);

    expect(await found).toEqual({ status: 'fulfilled', value: 'HTTPS://keys.example' });
  });

  test('are found by a second try if the first one fails', async () => {
    const { asked, found } = locate([() => new Response('', { status: 503 }), () => json()]);

    expect([await found, asked.length]).toEqual([{ status: 'fulfilled', value: 'https://keys.example/jwks' }, 2]);
  });

  test.each<[name: string, answer: () => Response]>([
    ['names another issuer', () => json({ issuer: 'https://evil.example' })],
    ['names no issuer', () => json({ issuer: undefined })],
    ['names no address', () => json({ jwks_uri: undefined })],
    ['names an address that is not text', () => json({ jwks_uri: 1 })],
    ['names a list of addresses', () => json({ jwks_uri: ['https://keys.example'] })],
    ['names an address without TLS', () => json({ jwks_uri: 'http://keys.example' })],
    ['names an address with https:// in its middle', () => json({ jwks_uri: 'http://x/https://keys.example' })],
    ['is a list', () => Response.json([METADATA])],
    ['is null', () => Response.json(null)],
  ])('are not requested if the metadata %s: CALLER_ISSUER is wrong', async (_, answer) => {
    expect(await failure(answer)).toEqual({
      code: 'misconfigured',
      message: 'The metadata of CALLER_ISSUER names another issuer, or no https:// URL of its keys (jwks_uri).',
      upstream: { service: 'issuer', status: 200 },
      hint: 'Set CALLER_ISSUER to exactly the value of "issuer" in its /.well-known/openid-configuration.',
    });
  });

  test('are not available without a connection', async () => {
    expect(await failure(() => Promise.reject(new TypeError('fetch failed')))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The token issuer could not be reached.',
      upstream: { service: 'issuer' },
    });
  });

  test('are not available while the issuer does not answer, and the requests are stopped', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const silent: Answer = (init) => {
      signals.push(init?.signal);
      return new Promise(() => undefined);
    };

    expect(await failure(silent)).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The token issuer did not answer within 20.0 s, in 2 tries.',
      upstream: { service: 'issuer' },
    });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  test('are not available while the metadata does not parse', async () => {
    expect(await failure(() => new Response('<html>'))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The token issuer returned metadata that cannot be read.',
      upstream: { service: 'issuer', status: 200 },
    });
  });

  test('are not available while the issuer throttles, until its Retry-After', async () => {
    const tooMany = () => new Response('', { status: 429, headers: { 'retry-after': '120' } });

    expect(await failure(tooMany)).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The token issuer is not available (HTTP 429).',
      upstream: { service: 'issuer', status: 429 },
      retryAfterSeconds: 120,
    });
  });

  test('are not available from an issuer that refuses', async () => {
    expect(await failure(() => new Response('', { status: 404 }))).toMatchObject({
      code: 'issuer_rejected',
      upstream: { service: 'issuer', status: 404 },
    });
  });
});
