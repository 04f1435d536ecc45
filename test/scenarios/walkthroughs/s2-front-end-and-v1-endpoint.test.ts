import { startScenario, seed } from '../../support/scenario.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { profilesFile } from '../../support/profiles-file.ts';
import { serveApp, type ServedApp } from '../../support/serve-app.ts';
import type { ProfileInput } from '../../../src/config/profiles/profiles-schema.ts';

const { tenantId, app, personApp, users } = seed;
const RESOURCE = 'https://analysis.windows.net/powerbi/api';

const scenario = startScenario();
let served: ServedApp;
beforeEach(() => {
  scenario.entra.reset();
});
afterEach(() => {
  served.close();
});

/** The default profile of this app asks Entra's v1 endpoint. */
function v1Profile(): { tokenEndpoint: string; resource: string } {
  return { tokenEndpoint: `${scenario.entra.url}/${tenantId}/oauth2/token`, resource: RESOURCE };
}

async function serve(profile: ProfileInput): Promise<void> {
  served = await serveApp(
    scenario.startApp({
      settings: { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
      files: profilesFile({ profiles: { default: profile } }),
    }),
  );
}

/** The line of the front-end, unchanged except for the server's address. */
async function getAccessToken(server: string): Promise<unknown> {
  const response = (await (await fetch(`${server}/tokens/GetAccessToken`)).json()) as { access_token: unknown };
  return response.access_token;
}

test('the front-end line gets a token that the server requested from the v1 endpoint with client_credentials', async () => {
  await serve({
    grant: 'client_credentials',
    ...v1Profile(),
    clientId: app.clientId,
    credential: { secret: app.secretName },
  });

  const access_token = await getAccessToken(served.url);

  expect(claimsOf({ access_token })).toMatchObject({ aud: RESOURCE, appid: app.clientId });
  expect(tokenForms(scenario.entra)).toEqual([
    { grant_type: 'client_credentials', resource: RESOURCE, client_id: app.clientId, client_secret: app.secret },
  ]);
});

test('the front-end line gets a token that the server requested from the v1 endpoint with a master user and password', async () => {
  await serve({
    grant: 'password',
    ...v1Profile(),
    clientId: personApp.clientId,
    credential: { secret: personApp.secretName },
    username: users.ada.upn,
    password: { secret: users.ada.passwordSecretName },
  });

  const access_token = await getAccessToken(served.url);

  expect(claimsOf({ access_token })).toMatchObject({ aud: RESOURCE, oid: users.ada.oid });
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

test('the answer for the front-end contains no secret, has refresh_in, and may not be stored', async () => {
  await serve({
    grant: 'client_credentials',
    ...v1Profile(),
    clientId: app.clientId,
    credential: { secret: app.secretName },
  });

  const answer = await fetch(`${served.url}/tokens/GetAccessToken`);
  const text = await answer.text();

  expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('pragma')]).toEqual([
    200,
    'no-store',
    'no-cache',
  ]);
  expect(JSON.parse(text)).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: expect.any(Number),
    expires_on: expect.any(Number),
    expires_at: expect.any(String),
    refresh_in: expect.any(Number),
    scope: RESOURCE,
    profile: 'default',
  });
  expect(text).not.toContain(app.secret);
});
