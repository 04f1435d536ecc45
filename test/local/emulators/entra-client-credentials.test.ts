import { decodeJwt, decodeProtectedHeader } from 'jose';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { app, postToken, powerBiResource, powerBiScope, readJson, refusalOf } from './azure-clients.ts';
import type { JsonAnswer, TokenPost } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const startMs = Date.parse('2026-11-22T10:00:00Z');
const appReference = { tenantId: seed.tenantId, clientId: seed.app.clientId };
const request = { grant_type: 'client_credentials', ...app, scope: powerBiScope };
let nowMs = startMs;
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators({ nowMs: () => nowMs });
});

afterAll(() => emulators.close());

afterEach(() => {
  nowMs = startMs;
});

function post(members: Readonly<Record<string, string | undefined>> = {}, options?: TokenPost): Promise<JsonAnswer> {
  return postToken(emulators, { ...request, ...members }, options);
}

test('the v2 endpoint gives a v1 token for Power BI, with numbers and without expires_on', async () => {
  const { status, headers, body } = await post();
  const { access_token, ...rest } = body;
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store, no-cache']);
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
  expect(decodeProtectedHeader(String(access_token))).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  expect(decodeJwt(String(access_token))).toEqual({
    aud: powerBiResource,
    iss: `https://sts.windows.net/${seed.tenantId}/`,
    iat: startMs / 1000,
    nbf: startMs / 1000,
    exp: startMs / 1000 + 3599,
    appid: seed.app.clientId,
    appidacr: '1',
    oid: seed.app.objectId,
    sub: seed.app.objectId,
    idtyp: 'app',
    tid: seed.tenantId,
    uti: expect.any(String) as unknown,
    ver: '1.0',
  });
});

test('the v1 endpoint requires a resource and returns its numbers as strings', async () => {
  const { body } = await post({ scope: undefined, resource: powerBiResource }, { endpoint: 'oauth2/token' });
  const { access_token, ...rest } = body;
  expect(rest).toEqual({
    token_type: 'Bearer',
    expires_in: '3599',
    ext_expires_in: '3599',
    expires_on: String(startMs / 1000 + 3599),
    not_before: String(startMs / 1000),
    resource: powerBiResource,
  });
  expect(decodeJwt(String(access_token)).aud).toBe(powerBiResource);
});

test('two tokens of the same second differ', async () => {
  const [first, second] = [await post(), await post()];
  expect(first.body['access_token']).not.toBe(second.body['access_token']);
});

test('the secret may come by Basic authentication, form-encoded first', async () => {
  const encode = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2);
  const basic = (id: string, secret: string): TokenPost => ({
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });
  const without = { client_id: undefined, client_secret: undefined };
  const encoded = await post(without, basic(seed.app.clientId, encode(seed.app.secret)));
  const bare = await post(without, basic(seed.app.clientId, seed.app.secret));
  expect(encoded.status).toBe(200);
  expect(refusalOf(bare)).toEqual([400, 'invalid_request', '9002313']);
});

test('the tenant may be named by its domain', async () => {
  expect((await post({}, { tenant: seed.tenantDomain })).status).toBe(200);
});

test.each<[string, Record<string, string | undefined>, TokenPost, readonly [number, string, string]]>([
  ['a wrong secret', { client_secret: 'wrong' }, {}, [401, 'invalid_client', '7000215']],
  ['no secret', { client_secret: undefined }, {}, [401, 'invalid_client', '7000218']],
  ['an unknown app', { client_id: 'unknown' }, {}, [400, 'unauthorized_client', '700016']],
  ['no client id', { client_id: undefined }, {}, [400, 'invalid_request', '900144']],
  ['no grant type', { grant_type: undefined }, {}, [400, 'invalid_request', '900144']],
  ['an unknown grant type', { grant_type: 'magic' }, {}, [400, 'unsupported_grant_type', '70003']],
  ['no scope', { scope: undefined }, {}, [400, 'invalid_request', '900144']],
  ['a malformed scope', { scope: 'powerbi/.default' }, {}, [400, 'invalid_scope', '70011']],
  ['a scope without .default', { scope: powerBiResource }, {}, [400, 'invalid_resource', '500011']],
  ['a single permission', { scope: `${powerBiResource}/Report.Read.All` }, {}, [400, 'invalid_scope', '1002012']],
  [
    'two resources',
    { scope: `${powerBiScope} https://vault.azure.net/.default` },
    {},
    [400, 'invalid_request', '700022'],
  ],
  ['an unknown resource', { scope: 'https://example.com/.default' }, {}, [400, 'invalid_resource', '500011']],
  ['a doubled slash', { scope: `${powerBiResource}//.default` }, {}, [400, 'invalid_resource', '500011']],
  ['resource at v2', { resource: powerBiResource }, {}, [400, 'invalid_request', '901002']],
  ['.default at v1', { resource: powerBiScope }, { endpoint: 'oauth2/token' }, [400, 'invalid_resource', '500011']],
  ['scope at v1', {}, { endpoint: 'oauth2/token' }, [400, 'invalid_request', '900144']],
  ['an unknown tenant', {}, { tenant: 'nowhere.example' }, [400, 'invalid_request', '90002']],
  ['no tenant', {}, { tenant: 'common' }, [400, 'invalid_request', '50059']],
  ['JSON', {}, { headers: { 'content-type': 'application/json' } }, [400, 'invalid_request', '900144']],
])('%s is refused', async (_, members, options, refusal) => {
  expect(refusalOf(await post(members, options))).toEqual(refusal);
});

test("a refusal has all ids for Microsoft's support", async () => {
  const correlationId = '11111111-2222-4333-8444-555555555555';
  const { body } = await post({ client_secret: 'wrong' }, { headers: { 'client-request-id': correlationId } });
  const traceId = String(body['trace_id']);
  expect(body).toEqual({
    error: 'invalid_client',
    error_description: expect.stringMatching(
      `^AADSTS7000215: .* Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: 2026-11-22 10:00:00Z$`,
    ) as unknown,
    error_codes: [7000215],
    timestamp: '2026-11-22 10:00:00Z',
    trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    correlation_id: correlationId,
    error_uri: `${emulators.entra.url}/error?code=7000215`,
  });
});

test('an unencoded body is malformed, changed or has duplicate members', async () => {
  const send = async (body: string): Promise<JsonAnswer> =>
    await readJson(
      await fetch(`${emulators.entra.url}/${seed.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body,
      }),
    );
  const start = `grant_type=client_credentials&scope=${powerBiScope}&client_id=${seed.app.clientId}`;
  expect(refusalOf(await send(`${start}&client_secret=${seed.app.secret}`))[2]).toBe('9002313');
  expect(refusalOf(await send(`${start}&client_secret=a+b`))[2]).toBe('7000215');
  expect(refusalOf(await send(`${start}&client_id=twice`))[2]).toBe('9000411');
});

test('a GET is refused', async () => {
  const answer = await readJson(await fetch(`${emulators.entra.url}/${seed.tenantId}/oauth2/v2.0/token`));
  expect(refusalOf(answer)).toEqual([400, 'invalid_request', '900561']);
});

test('secrets are added, expire and are removed while Entra runs', async () => {
  emulators.entra.addSecret(appReference, 'second', { expiresOn: new Date(startMs + 1000) });
  expect((await post({ client_secret: 'second' })).status).toBe(200);
  nowMs += 1000;
  expect(refusalOf(await post({ client_secret: 'second' }))).toEqual([401, 'invalid_client', '7000222']);
  emulators.entra.addSecret(appReference, 'third');
  emulators.entra.expireSecret(appReference, 'third');
  expect(refusalOf(await post({ client_secret: 'third' }))[2]).toBe('7000222');
  emulators.entra.removeSecret(appReference, 'third');
  expect(refusalOf(await post({ client_secret: 'third' }))[2]).toBe('7000215');
});

test('a secret that is not replicated yet is unknown', async () => {
  emulators.entra.requireSecretReplicationMs = 20_000;
  nowMs += 60_000;
  emulators.entra.addSecret(appReference, 'fresh');
  expect(refusalOf(await post({ client_secret: 'fresh' }))[2]).toBe('7000215');
  expect((await post()).status).toBe(200);
  nowMs += 20_000;
  expect((await post({ client_secret: 'fresh' })).status).toBe(200);
  emulators.entra.requireSecretReplicationMs = 0;
});

test('lifetime, refresh_in and any member of the answer can be set', async () => {
  emulators.entra.tokenLifetimeSeconds = 600;
  emulators.entra.refreshInSeconds = 300;
  emulators.entra.responseOverride = { ext_expires_in: undefined, token_type: 'bearer' };
  const { access_token, ...rest } = (await post()).body;
  emulators.entra.tokenLifetimeSeconds = 3599;
  emulators.entra.refreshInSeconds = undefined;
  emulators.entra.responseOverride = undefined;
  expect(rest).toEqual({ token_type: 'bearer', expires_in: 600, refresh_in: 300 });
  expect(decodeJwt(String(access_token)).exp).toBe(startMs / 1000 + 600);
});

test('a disabled and a public registration are refused', async () => {
  const { tenantId } = seed;
  emulators.entra.register({ tenantId, clientId: 'disabled-app', secrets: ['s'], isEnabled: false });
  emulators.entra.register({ tenantId, clientId: 'public-app', secrets: ['s'], isPublicClient: true });
  const disabled = await post({ client_id: 'disabled-app', client_secret: 's' });
  const withSecret = await post({ client_id: 'public-app', client_secret: 's' });
  const withoutSecret = await post({ client_id: 'public-app', client_secret: undefined });
  expect(refusalOf(disabled)).toEqual([400, 'unauthorized_client', '7000112']);
  expect(refusalOf(withSecret)).toEqual([401, 'invalid_client', '700025']);
  expect(refusalOf(withoutSecret)).toEqual([401, 'invalid_client', '7000218']);
});

test('a token for a registered API has the roles that were granted, in the version the API asked for', async () => {
  const { tenantId } = seed;
  const identifierUri = 'api://reports';
  emulators.entra.register({ tenantId, clientId: 'reports-api', identifierUri });
  emulators.entra.register({
    tenantId,
    clientId: 'reports-client',
    objectId: 'o-1',
    secrets: ['s'],
    appRoles: { [identifierUri]: ['Token.Read'] },
  });
  const members = { client_id: 'reports-client', client_secret: 's', scope: `${identifierUri}/.default` };
  expect(decodeJwt(String((await post(members)).body['access_token']))).toMatchObject({
    aud: 'reports-api',
    iss: `${emulators.entra.url}/${tenantId}/v2.0`,
    azp: 'reports-client',
    oid: 'o-1',
    roles: ['Token.Read'],
    ver: '2.0',
  });
});
