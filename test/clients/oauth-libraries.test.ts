import { allowInsecureRequests, ClientSecretPost, clientCredentialsGrant, Configuration } from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';

const hostKey = 'a-function-key-for-this-test';
const scope = 'https://analysis.windows.net/powerbi/api/.default';
let app: BuiltApp;

beforeAll(async () => {
  app = await startBuiltApp({ hostKey });
}, 60_000);
afterAll(() => app.close());

describe('openid-client', () => {
  // The function key is in the address of the token endpoint, which every library can set.
  const createConfiguration = (path: string): Configuration => {
    const server = { issuer: app.url, token_endpoint: `${app.url}${path}?code=${hostKey}` };
    const configuration = new Configuration(server, 'any-client', undefined, ClientSecretPost('any-secret'));
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; the app is on loopback without TLS.
    allowInsecureRequests(configuration);
    return configuration;
  };

  test('gets a token', async () => {
    const token = await clientCredentialsGrant(createConfiguration('/api/token'), { scope });
    expect(token).toMatchObject({ token_type: 'bearer', scope, expires_on: expect.any(Number) });
    expect(token.expiresIn()).toBeGreaterThan(3000);
  });

  test('reads an error', async () => {
    const failure = clientCredentialsGrant(createConfiguration('/api/token/unknown'));
    await expect(failure).rejects.toMatchObject({
      status: 404,
      error: 'invalid_request',
      error_description: expect.stringContaining('profile'),
    });
  });
});

describe('simple-oauth2', () => {
  const createClient = (tokenPath: string): ClientCredentials =>
    new ClientCredentials({
      client: { id: 'any-client', secret: 'any-secret' },
      auth: { tokenHost: app.url, tokenPath },
      http: { headers: { 'x-functions-key': hostKey } },
      options: { authorizationMethod: 'body' },
    });

  test('gets a token and knows when it expires', async () => {
    const accessToken = await createClient('/api/token').getToken({ scope });
    expect(accessToken.token).toMatchObject({ token_type: 'Bearer', scope, refresh_in: expect.any(Number) });
    expect([accessToken.expired(), accessToken.expired(3600)]).toEqual([false, true]);
  });

  test('reads an error', async () => {
    await expect(createClient('/api/token/unknown').getToken({})).rejects.toMatchObject({
      data: { payload: { error: 'invalid_request', code: 'unknown_profile' } },
    });
  });
});
