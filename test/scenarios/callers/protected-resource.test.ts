import { startScenario, seed } from '../../support/scenario.ts';
import { ENTRA_CALLERS } from '../../support/entra-callers.ts';

const { personApp, tenantId } = seed;

const scenario = startScenario();

test('the metadata names the issuer and the scope to request (RFC 9728), without a credential', async () => {
  const { request } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { status, headers, body } = await request('protectedResource');

  expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(body).toEqual({
    resource: 'http://localhost:7071/api',
    authorization_servers: [`${scenario.entra.url}/${tenantId}/v2.0`],
    scopes_supported: [`api://${personApp.clientId}/.default`],
    bearer_methods_supported: ['header'],
  });
});

test('the challenge of a 401 has the URL of this document', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { headers } = await token();

  expect(headers.get('www-authenticate')).toMatch(
    /, resource_metadata="http:\/\/localhost:7071\/api\/\.well-known\/oauth-protected-resource"$/,
  );
});

test('an App ID URI is the scope unchanged; of several audiences the first is used', async () => {
  const { request } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, CALLER_AUDIENCE: `api://tokens.contoso.example, ${personApp.clientId}` },
  });

  const { body } = await request('protectedResource');

  expect(body['scopes_supported']).toEqual(['api://tokens.contoso.example/.default']);
});

test('the authorization server is a real one: its metadata has the same issuer', async () => {
  const { request } = scenario.startApp({ settings: ENTRA_CALLERS });
  const { body } = await request('protectedResource');
  const [issuer] = body['authorization_servers'] as string[];

  const metadata = (await (await fetch(`${String(issuer)}/.well-known/openid-configuration`)).json()) as object;

  expect(metadata).toMatchObject({ issuer });
});

test.each(['key', 'easyauth', 'none'])('with CALLER_AUTH=%s the document does not exist', async (mode) => {
  const { request } = scenario.startApp({ settings: { CALLER_AUTH: mode, WEBSITE_AUTH_ENABLED: 'true' } });

  const { status, body } = await request('protectedResource');

  expect([status, body['code']]).toEqual([400, 'invalid_request']);
});
