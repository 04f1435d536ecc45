import { decodeJwt } from 'jose';
import { seed, startEmulators } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';

const nowMs = Date.parse('2026-11-22T10:00:00Z');
const nowSeconds = nowMs / 1000;
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators({ nowMs: () => nowMs });
});

afterAll(() => emulators.close());

interface Asked {
  readonly query?: Record<string, string>;
  readonly header?: string;
}

async function ask({ query = {}, header = emulators.identityEndpoint.identityHeader }: Asked = {}): Promise<{
  status: number;
  body: Record<string, unknown>;
}> {
  const url = new URL(emulators.identityEndpoint.url);
  url.search = new URLSearchParams({
    resource: 'https://vault.azure.net',
    'api-version': '2019-08-01',
    ...query,
  }).toString();
  const response = await fetch(url, { headers: { 'x-identity-header': header } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('the system-assigned identity gets a token whose expiry is a string of epoch seconds', async () => {
  const { status, body } = await ask();
  const { access_token, ...rest } = body;
  expect(status).toBe(200);
  expect(rest).toEqual({
    expires_on: String(nowSeconds + 86_400),
    resource: 'https://vault.azure.net',
    token_type: 'Bearer',
    client_id: seed.systemAssignedIdentity.clientId,
  });
  expect(decodeJwt(String(access_token))).toEqual({
    aud: 'https://vault.azure.net',
    iss: `https://sts.windows.net/${seed.tenantId}/`,
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + 86_400,
    appid: seed.systemAssignedIdentity.clientId,
    oid: seed.systemAssignedIdentity.principalId,
    sub: seed.systemAssignedIdentity.principalId,
    idtyp: 'app',
    tid: seed.tenantId,
    uti: expect.any(String) as unknown,
    ver: '1.0',
  });
});

test('a user-assigned identity is found by its client id, and its exchange token has Entra as issuer', async () => {
  const { clientId, principalId } = seed.userAssignedIdentity;
  const { body } = await ask({ query: { client_id: clientId, resource: 'api://AzureADTokenExchange' } });
  expect(decodeJwt(String(body['access_token']))).toMatchObject({
    aud: 'api://AzureADTokenExchange',
    iss: `${emulators.entra.url}/${seed.tenantId}/v2.0`,
    sub: principalId,
    azp: clientId,
    ver: '2.0',
  });
});

test('a user-assigned identity is found by its resource id, case ignored', async () => {
  const { clientId, resourceId } = seed.userAssignedIdentity;
  const found = await ask({ query: { mi_res_id: resourceId.toUpperCase() } });
  const unknown = await ask({ query: { mi_res_id: `${resourceId}-other` } });
  expect([found.body['client_id'], unknown.status]).toEqual([clientId, 400]);
});

test('the lifetime of tokens can be set', async () => {
  emulators.identityEndpoint.tokenLifetimeSeconds = 60;
  const { body } = await ask();
  emulators.identityEndpoint.tokenLifetimeSeconds = 86_400;
  expect(body['expires_on']).toBe(String(nowSeconds + 60));
});

test.each<[string, Asked, number, RegExp]>([
  ['a wrong header', { header: 'guessed' }, 401, /X-IDENTITY-HEADER/],
  ['another api-version', { query: { 'api-version': '2017-09-01' } }, 400, /api-version '2017-09-01'/],
  ['no resource', { query: { resource: '' } }, 400, /'resource' is missing/],
  ['an unknown client id', { query: { client_id: 'nobody' } }, 400, /^No managed identity found/],
  ['an unknown resource', { query: { resource: 'https://vault.example' } }, 400, /^AADSTS500011/],
])('%s is refused in the form of App Service', async (_, asked, status, message) => {
  expect(await ask(asked)).toEqual({
    status,
    body: {
      statusCode: status,
      message: expect.stringMatching(message) as unknown,
      correlationId: expect.any(String) as unknown,
    },
  });
});

test('an unassigned identity is no longer found', async () => {
  emulators.identityEndpoint.assign({ clientId: 'Passing', principalId: 'p-1' });
  expect((await ask({ query: { client_id: 'passing' } })).status).toBe(200);
  emulators.identityEndpoint.unassign('passing');
  expect((await ask({ query: { client_id: 'passing' } })).status).toBe(400);
});

test('without a system-assigned identity, a request that names none is refused', async () => {
  const { systemAssigned } = emulators.identityEndpoint;
  emulators.identityEndpoint.systemAssigned = undefined;
  const { status } = await ask();
  emulators.identityEndpoint.systemAssigned = systemAssigned;
  expect(status).toBe(400);
});
