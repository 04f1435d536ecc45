import { CLOUDS } from '../../../src/config/clouds.ts';
import type { ClientCredentialsProfile } from '../../../src/config/profiles/profile.ts';
import { createClientCredentialsEndpoint } from '../../../src/issuers/grant-types/client-credentials.ts';
import { createIssuerDiscovery } from '../../../src/issuers/discovery.ts';
import { createSecretAuthenticator } from '../../../src/issuers/credentials/secret-authenticator.ts';
import { createTokenRequester } from '../../../src/issuers/token-requester.ts';
import { createVaultObjectCache } from '../../../src/secrets/vault-object-cache.ts';
import { createBudget } from '../../../src/upstream/budget.ts';
import type { Fetch } from '../../../src/runtime.ts';
import { createModelVault } from '../../support/model-vault.ts';
import { recordLog } from '../../support/record-log.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';
import { some } from '../../support/some.ts';
import { the } from '../../support/the.ts';

const entraIssuer = {
  kind: 'endpoint',
  issuer: the.issuer,
  isIssuerNamed: true,
  tokenEndpoint: the.tokenEndpoint,
  isEntra: true,
} as const;

const profile: ClientCredentialsProfile = {
  grant: 'client_credentials',
  name: 'default',
  issuer: entraIssuer,
  clientId: the.clientId,
  credential: { kind: 'secret', secretName: the.secretName, method: 'client_secret_post' },
  target: { scope: the.scope },
  parameters: {},
  cloud: CLOUDS.public,
};

function createInstance(fetch: Fetch, settings = profile) {
  const clock = createSimulatedClock(the.startMs);
  const vault = createModelVault(some.secret());
  const secrets = createVaultObjectCache(vault, {
    clock,
    random: () => 0.5,
    log: recordLog(),
    onRefreshFailure: () => undefined,
  });
  const dependencies = { fetch, clock, random: () => 0.5, onRefreshFailure: () => undefined };
  if (settings.credential.kind !== 'secret') throw new Error('These profiles have a secret.');
  const requester = createTokenRequester(
    settings,
    createSecretAuthenticator(settings.credential, { secrets, clock, log: recordLog() }),
    {
      ...dependencies,
      findIssuer: createIssuerDiscovery(dependencies),
    },
  );
  const endpoint = createClientCredentialsEndpoint(requester);
  return { clock, vault, secrets, endpoint, ask: () => clock.settled(endpoint.requestToken(createBudget(clock))) };
}

const giveToken: Fetch = () => Promise.resolve(Response.json(some.tokenResponse()));

test('the profile gets its token with its secret, and the token is current until the secret has a newer version', async () => {
  const forms: unknown[] = [];
  const { ask, vault, secrets, clock } = createInstance((_, init) => {
    forms.push(Object.fromEntries(init?.body as URLSearchParams));
    return Promise.resolve(Response.json(some.tokenResponse()));
  });
  const outcome = await ask();
  if (outcome.status !== 'fulfilled') throw outcome.reason;
  expect(outcome.value.token).toEqual(some.accessToken({ lifetimeMs: 3_599_000 }));
  expect(forms).toEqual([
    {
      grant_type: 'client_credentials',
      scope: the.scope,
      client_id: the.clientId,
      client_secret: some.secret().value,
    },
  ]);
  expect(outcome.value.isSuperseded()).toBe(false);
  vault.rotate(some.secret({ version: 'v2' }));
  await secrets.reread(the.secretName, clock.now(), createBudget(clock));
  expect(outcome.value.isSuperseded()).toBe(true);
});

test('a throttling issuer is asked again', async () => {
  const answers = [
    new Response('', { status: 429, headers: { 'retry-after': '3' } }),
    Response.json(some.tokenResponse()),
  ];
  const { ask, clock } = createInstance(() => Promise.resolve(answers.shift() ?? new Response()));
  expect(await ask()).toMatchObject({ status: 'fulfilled', value: { token: { requestedAt: clock.now() } } });
  expect(clock.now().monotonicMs).toBe(3400);
});

const otherIssuer = { ...entraIssuer, tokenEndpoint: 'https://other' } as const;

test.each<[string, Partial<ClientCredentialsProfile>]>([
  ['token endpoint', { issuer: otherIssuer }],
  ['issuer', { issuer: { kind: 'discovered', issuer: the.issuer, isEntra: true } }],
  ['client', { clientId: the.identityClientId }],
  ['scope', { target: { scope: 'https://analysis.chinacloudapi.cn/powerbi/api/.default' } }],
  ['kind of target', { target: { resource: the.scope } }],
  ['secret', { credential: { kind: 'secret', secretName: 'another', method: 'client_secret_post' } }],
  ['extra parameters', { parameters: { audience: 'https://api' } }],
])('two profiles that differ in their %s never share a token', (_, difference) => {
  const one = createInstance(giveToken).endpoint;
  const other = createInstance(giveToken, { ...profile, ...difference }).endpoint;
  expect(one.cacheKey).not.toBe(other.cacheKey);
});

test('two profiles that differ only in name share their token', () => {
  const other = createInstance(giveToken, { ...profile, name: 'other' }).endpoint;
  expect(createInstance(giveToken).endpoint.cacheKey).toBe(other.cacheKey);
});

test('the key contains no secret', async () => {
  const { endpoint, ask } = createInstance(giveToken);
  await ask();
  expect(endpoint.cacheKey).not.toContain(some.secret().value);
});
