import { startScenario, seed } from '../../support/scenario.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, app, personApp, users } = seed;
const RESOURCE = 'https://analysis.windows.net/powerbi/api';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

const v1Endpoint = (): string => `${scenario.entra.url}/${tenantId}/oauth2/token`;
const servicePrincipal = () =>
  ({
    grant: 'client_credentials',
    tokenEndpoint: v1Endpoint(),
    clientId: app.clientId,
    credential: { secret: app.secretName },
  }) as const;

test('client credentials request a resource of the v1 endpoint, by default that of the cloud', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ v1: servicePrincipal() }) });

  const { status, body } = await token({ params: { profile: 'v1' } });

  expect([status, body['scope'], claimsOf(body)['aud']]).toEqual([200, RESOURCE, RESOURCE]);
  expect(scenario.entra.requests.map(({ path }) => path)).toEqual([`/${tenantId}/oauth2/token`]);
  expect(tokenForms(scenario.entra)).toEqual([
    { grant_type: 'client_credentials', resource: RESOURCE, client_id: app.clientId, client_secret: app.secret },
  ]);
});

test('numbers that the v1 endpoint returns as strings are read as numbers', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ v1: servicePrincipal() }) });
  scenario.entra.tokenLifetimeSeconds = 1800;

  const { body } = await token({ params: { profile: 'v1' } });

  scenario.entra.tokenLifetimeSeconds = 3599;
  const nowSeconds = Math.floor(scenario.clock.now().wallMs / 1000);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), refresh_in: expect.any(Number) });
  expect([1798, 1799, 1800]).toContain(body['expires_in']);
  expect([1438, 1439, 1440]).toContain(body['refresh_in']);
  expect(Math.abs(Number(body['expires_on']) - nowSeconds - 1800)).toBeLessThanOrEqual(2);
});

test('the password grant type works at the v1 endpoint', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({
      master: {
        grant: 'password',
        tokenEndpoint: v1Endpoint(),
        resource: RESOURCE,
        clientId: personApp.clientId,
        credential: { secret: personApp.secretName },
        username: users.ada.upn,
        password: { secret: users.ada.passwordSecretName },
      },
    }),
  });

  const { status, body } = await token({ params: { profile: 'master' } });

  expect([status, claimsOf(body)['oid'], typeof body['expires_in']]).toEqual([200, users.ada.oid, 'number']);
  expect(tokenForms(scenario.entra)).toEqual([
    {
      grant_type: 'password',
      resource: RESOURCE,
      username: users.ada.upn,
      password: users.ada.password,
      client_id: personApp.clientId,
      client_secret: personApp.secret,
    },
  ]);
});

test("a scope at the v1 endpoint, which needs a resource, is reported with Entra's code", async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ v1: { ...servicePrincipal(), scope: `${RESOURCE}/.default` } }),
  });

  const { status, body } = await token({ params: { profile: 'v1' } });

  expect([status, body['code'], body['detail']]).toEqual([
    502,
    'issuer_rejected',
    'The token issuer refused (AADSTS900144): a required form field is missing.',
  ]);
});

test('a certificate authenticates at the v1 endpoint, with that endpoint as the audience', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({
      v1: {
        grant: 'client_credentials',
        tokenEndpoint: v1Endpoint(),
        clientId: personApp.clientId,
        credential: { certificate: personApp.certificateName },
      },
    }),
  });

  const { status, body } = await token({ params: { profile: 'v1' } });

  expect([status, claimsOf(body)['appid']]).toEqual([200, personApp.clientId]);
});
