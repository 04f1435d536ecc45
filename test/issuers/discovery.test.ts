import type { IssuerSettings } from '../../src/config/profiles/profile.ts';
import { createIssuerDiscovery } from '../../src/issuers/discovery.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const ISSUER = 'https://login.contoso.com/realms/bi';
const METADATA = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
const discovered = { kind: 'discovered', issuer: ISSUER, isEntra: false } as const;

function find(settings: IssuerSettings, answer: () => Response = () => Response.json(METADATA)) {
  const clock = createSimulatedClock(the.startMs);
  const asked: string[] = [];
  const findIssuer = createIssuerDiscovery({
    clock,
    random: () => 0.5,
    onRefreshFailure: () => undefined,
    fetch: (url) => {
      asked.push(url as string);
      return Promise.resolve(answer());
    },
  });
  return clock.settled(findIssuer(settings, createBudget(clock))).then((outcome) => ({ outcome, asked }));
}

const page = (status: number, body: string) => () => new Response(body, { status });

test('the token endpoint is read from the metadata of the issuer', async () => {
  expect(await find(discovered)).toEqual({
    outcome: {
      status: 'fulfilled',
      value: {
        issuer: ISSUER,
        isEntra: false,
        tokenEndpoint: `${ISSUER}/token`,
        assertion: { audience: ISSUER, type: 'client-authentication+jwt', algorithm: 'RS256' },
      },
    },
    asked: [`${ISSUER}/.well-known/openid-configuration`],
  });
});

describe('the form of a client assertion', () => {
  const endpoint = { kind: 'endpoint', issuer: ISSUER, tokenEndpoint: `${ISSUER}/token`, isEntra: false } as const;
  const algorithms = (...token_endpoint_auth_signing_alg_values_supported: unknown[]) => ({
    ...METADATA,
    token_endpoint_auth_signing_alg_values_supported,
  });
  const toIssuer = { audience: ISSUER, type: 'client-authentication+jwt' };
  const toEndpoint = { audience: `${ISSUER}/token`, type: 'JWT' };

  test.each<[name: string, settings: IssuerSettings, metadata: unknown, expected: unknown]>([
    ['a discovered issuer', discovered, METADATA, { ...toIssuer, algorithm: 'RS256' }],
    ['one that lists RS256 and PS256', discovered, algorithms('PS256', 'RS256'), { ...toIssuer, algorithm: 'RS256' }],
    ['one that lists no RS256', discovered, algorithms('PS256', 'ES256'), { ...toIssuer, algorithm: 'PS256' }],
    ['a discovered Entra', { ...discovered, isEntra: true }, METADATA, { ...toEndpoint, algorithm: 'PS256' }],
    ['issuer and endpoint', { ...endpoint, isIssuerNamed: true }, {}, { ...toIssuer, algorithm: 'RS256' }],
    ['an endpoint alone', { ...endpoint, isIssuerNamed: false }, {}, { ...toEndpoint, algorithm: 'RS256' }],
    [
      "Entra's endpoint",
      { ...endpoint, isIssuerNamed: true, isEntra: true },
      {},
      { ...toEndpoint, algorithm: 'PS256' },
    ],
  ])('%s', async (_, settings, metadata, assertion) => {
    const { outcome } = await find(settings, () => Response.json(metadata));
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { assertion } });
  });
});

test.each([
  ['another issuer', { ...METADATA, issuer: `${ISSUER}/` }, `has metadata whose "issuer" is another one, ${ISSUER}/`],
  ['no issuer', { ...METADATA, issuer: null }, 'has metadata whose "issuer" is missing or not an https URL'],
  ['no token endpoint', { issuer: ISSUER }, 'has metadata without an https "token_endpoint"'],
  [
    'a plain http token endpoint',
    { ...METADATA, token_endpoint: 'http://x' },
    'has metadata without an https "token_endpoint"',
  ],
  ['JSON that is not an object', [], 'has metadata whose "issuer" is missing or not an https URL'],
])('metadata with %s is refused, and the message names the member', async (_, metadata, what) => {
  const { outcome, asked } = await find(discovered, () => Response.json(metadata));
  expect(outcome).toMatchObject({
    reason: { code: 'issuer_rejected', message: `The token issuer ${what}.`, upstream: { status: 200 } },
  });
  expect(asked).toHaveLength(1);
});

test.each([
  [404, '<html>', /openid-configuration/, /"tokenEndpoint"/],
  [401, '', /refused \(HTTP 401\)/, /proxy, firewall/],
  [403, '<html>', /refused \(HTTP 403\)/, /proxy, firewall/],
  [302, '', /refused \(HTTP 302\)/, /redirect/],
])('HTTP %d is a refusal, asked once', async (status, body, message, hint) => {
  const { outcome, asked } = await find(discovered, page(status, body));
  expect(outcome).toMatchObject({
    reason: {
      code: 'issuer_rejected',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    },
  });
  expect(asked).toHaveLength(1);
});

test.each([
  ['a 503', page(503, '')],
  ['throttling', page(429, '')],
  ['HTML with HTTP 200', page(200, '<html>')],
])('%s is transient: it is tried again', async (_, answer) => {
  const { outcome, asked } = await find(discovered, answer);
  expect(outcome).toMatchObject({ reason: { code: 'upstream_unavailable' } });
  expect(asked).toHaveLength(4);
});
