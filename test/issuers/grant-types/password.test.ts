import { CLOUDS } from '../../../src/config/clouds.ts';
import type { PasswordProfile } from '../../../src/config/profiles/profile.ts';
import { createSecretAuthenticator } from '../../../src/issuers/credentials/secret-authenticator.ts';
import { createIssuerDiscovery } from '../../../src/issuers/discovery.ts';
import { createPasswordEndpoint } from '../../../src/issuers/grant-types/password.ts';
import { createTokenRequester } from '../../../src/issuers/token-requester.ts';
import type { Fetch } from '../../../src/runtime.ts';
import { createVaultObjectCache } from '../../../src/secrets/vault-object-cache.ts';
import { createBudget } from '../../../src/upstream/budget.ts';
import { createModelVault } from '../../support/model-vault.ts';
import { recordLog } from '../../support/record-log.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';
import { some } from '../../support/some.ts';
import { the } from '../../support/the.ts';

const profile = (isEntra: boolean): PasswordProfile => ({
  grant: 'password',
  name: 'master',
  issuer: {
    kind: 'endpoint',
    issuer: the.issuer,
    isIssuerNamed: true,
    tokenEndpoint: the.tokenEndpoint,
    isEntra,
  },
  clientId: the.clientId,
  // The client secret and the password are the same Key Vault secret: the tests do not depend on which one is refused.
  credential: { kind: 'secret', secretName: the.secretName, method: 'client_secret_post' },
  username: 'ada@contoso.example',
  passwordSecretName: the.secretName,
  target: { scope: the.scope },
  parameters: {},
  cloud: CLOUDS.public,
});

function createInstance(answer: () => Promise<Response>, { isEntra = false }: { isEntra?: boolean } = {}) {
  const clock = createSimulatedClock(the.startMs);
  const dependencies = { clock, random: () => 0.5, log: recordLog(), onRefreshFailure: () => undefined };
  const secrets = createVaultObjectCache(createModelVault(some.secret()), dependencies);
  let sent = 0;
  const fetch: Fetch = () => {
    sent += 1;
    return answer();
  };
  const settings = profile(isEntra);
  if (settings.credential.kind !== 'secret') throw new Error('This profile has a secret.');
  const requester = createTokenRequester(
    settings,
    createSecretAuthenticator(settings.credential, { ...dependencies, secrets }),
    { ...dependencies, fetch, findIssuer: createIssuerDiscovery({ ...dependencies, fetch }) },
  );
  const endpoint = createPasswordEndpoint(settings, requester, { secrets, clock });
  return { clock, ask: () => clock.settled(endpoint.requestToken(createBudget(clock))), sent: () => sent };
}

const answering = (status: number, body: string) => () => Promise.resolve(new Response(body, { status }));

test.each([
  ['a 401 with an empty body', 401, ''],
  ['a 401 with HTML', 401, '<html>'],
  ['a 401 with an empty object', 401, '{}'],
  ['a 401 with null', 401, 'null'],
  ['a 401 with invalid_grant, as Keycloak answers', 401, '{"error":"invalid_grant"}'],
  ['a 401 with access_denied', 401, '{"error":"access_denied"}'],
  ['a 400 with invalid_grant', 400, '{"error":"invalid_grant"}'],
  ['a 400 that names nothing', 400, '{}'],
  ['a 403 with HTML', 403, '<html>'],
  ['a 403 with mfa_required, as Auth0 answers', 403, '{"error":"mfa_required"}'],
  ['a 404', 404, ''],
  ['a redirect', 302, ''],
  ['a 200 with invalid_grant inside', 200, '{"error":"invalid_grant"}'],
])('after %s the password is not sent again for an hour', async (_, status, body) => {
  const { ask, clock, sent } = createInstance(answering(status, body));
  for (let minutes = 0; minutes < 60; minutes += 10) {
    expect(await ask()).toMatchObject({ status: 'rejected', reason: { code: 'issuer_rejected' } });
    await clock.advance(600_000);
  }
  expect(sent()).toBe(1);
  await ask();
  expect(sent()).toBe(2);
});

test.each([50126, 50053, 50055, 50057, 50034, 50020, 50076, 80012, 999999])(
  'after AADSTS%d the password is not sent again for an hour',
  async (number) => {
    const body = JSON.stringify(some.entraRefusal(number, { error: 'invalid_grant' }));
    const { ask, clock, sent } = createInstance(answering(400, body), { isEntra: true });
    await ask();
    await clock.advance(3_500_000);
    await ask();
    expect(sent()).toBe(1);
  },
);

test.each([
  ['no consent', 65001],
  ['a policy', 53003],
  ['no such application', 700016],
])('a refusal about something else (%s) is not held for an hour', async (_, number) => {
  const { ask, sent } = createInstance(answering(400, JSON.stringify(some.entraRefusal(number))), { isEntra: true });
  await ask();
  await ask();
  expect(sent()).toBe(2);
});

test.each([
  ['a 408', 408, ''],
  ['a 200 that does not parse', 200, '<html>'],
  ['a 400 with server_error', 400, '{"error":"server_error"}'],
])('%s may have judged the password: it is not sent again in the same call', async (_, status, body) => {
  const { ask, sent } = createInstance(answering(status, body));
  expect(await ask()).toMatchObject({ status: 'rejected', reason: { code: 'upstream_unavailable' } });
  expect(sent()).toBe(1);
});

test('an issuer that does not answer gets all the remaining time, and the password once', async () => {
  const { ask, clock, sent } = createInstance(() => new Promise(() => undefined));
  expect(await ask()).toMatchObject({
    status: 'rejected',
    reason: { message: 'The token issuer did not answer within 20.0 s.' },
  });
  expect([sent(), clock.now().monotonicMs]).toEqual([1, 20_000]);
});

test.each([
  ['a lost connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['throttling', answering(429, '')],
  ['a 503', answering(503, '')],
])('%s says nothing about the password: it is sent again', async (_, answer) => {
  const { ask, sent } = createInstance(answer);
  await ask();
  expect(sent()).toBe(4);
});
