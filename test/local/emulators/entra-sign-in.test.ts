import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { personApp, postToken, powerBiResource, powerBiScope, readJson, refusalOf } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { tenantId, users } = seed;
const { ada } = users;
const { redirectUri } = seed.personApp;
const verifier = 'v'.repeat(64);
const startMs = Date.parse('2026-11-22T10:00:00Z');
let nowMs = startMs;
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators({ nowMs: () => nowMs });
});

afterAll(() => emulators.close());

afterEach(() => {
  nowMs = startMs;
});

const goodQuery = {
  client_id: seed.personApp.clientId,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: `openid offline_access ${powerBiScope}`,
  state: 'the state',
  nonce: 'the nonce',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

function authorizeUrl(changes: Record<string, string | undefined> = {}): URL {
  const url = new URL(`${emulators.entra.url}/${tenantId}/oauth2/v2.0/authorize`);
  const query: Record<string, string | undefined> = { ...goodQuery, ...changes };
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function authorize(changes: Record<string, string | undefined> = {}, init?: RequestInit): Promise<Response> {
  return await fetch(authorizeUrl(changes), { redirect: 'manual', ...init });
}

function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? 'none:');
}

async function signInSilently(changes: Record<string, string | undefined> = {}): Promise<string> {
  const response = await authorize({ prompt: 'none', login_hint: ada.upn, ...changes });
  return locationOf(response).searchParams.get('code') ?? '';
}

function redeem(code: string, changes: Record<string, string | undefined> = {}): Promise<JsonAnswer> {
  return postToken(emulators, {
    grant_type: 'authorization_code',
    ...personApp,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  });
}

function refresh(refreshToken: unknown, changes: Record<string, string | undefined> = {}): Promise<JsonAnswer> {
  return postToken(emulators, {
    grant_type: 'refresh_token',
    ...personApp,
    refresh_token: String(refreshToken),
    ...changes,
  });
}

test('a person signs in with the form and returns with a code and the state', async () => {
  const page = await (await authorize({ login_hint: '"><script>' })).text();
  expect(page).toContain('<form method="post">');
  expect(page).not.toContain('<script>');
  const response = await authorize(
    {},
    { method: 'POST', body: new URLSearchParams({ login: ada.upn, passwd: ada.password }) },
  );
  const location = locationOf(response);
  expect(response.status).toBe(302);
  expect(location.origin + location.pathname).toBe(redirectUri);
  expect([...location.searchParams.keys()]).toEqual(['code', 'state', 'session_state']);
  expect(location.searchParams.get('state')).toBe('the state');
});

test.each([
  ['the icon that browsers ask for', '/favicon.ico', 204],
  ['a path that Entra does not have', '/favicon.png', 404],
  ["an authorization server's metadata, which Entra does not have", '/.well-known/oauth-authorization-server', 404],
  ['the device code flow, which only the real Entra has', `/${tenantId}/oauth2/v2.0/devicecode`, 501],
])('%s gets the status of the real Entra', async (_, path, status) => {
  expect((await fetch(emulators.entra.url + path)).status).toBe(status);
});

test('the code is in the fragment if the app asks for it', async () => {
  const location = locationOf(await authorize({ prompt: 'none', login_hint: ada.upn, response_mode: 'fragment' }));
  expect(location.search).toBe('');
  expect([...new URLSearchParams(location.hash.slice(1)).keys()]).toEqual(['code', 'state', 'session_state']);
});

test('a wrong password shows the form again with the error code', async () => {
  const body = new URLSearchParams({ login: ada.upn, passwd: 'wrong' });
  const response = await authorize({}, { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('AADSTS50126');
});

test('a code becomes access, refresh and id token, the last with the nonce', async () => {
  const { status, body } = await redeem(await signInSilently());
  expect(status).toBe(200);
  expect(decodeJwt(String(body['access_token']))).toMatchObject({ aud: powerBiResource, oid: ada.oid });
  const keys = createRemoteJWKSet(new URL(`${emulators.entra.url}/${tenantId}/discovery/v2.0/keys`));
  const { payload } = await jwtVerify(String(body['id_token']), keys, {
    issuer: `${emulators.entra.url}/${tenantId}/v2.0`,
    audience: seed.personApp.clientId,
    currentDate: new Date(nowMs),
  });
  expect(payload).toMatchObject({ nonce: 'the nonce', oid: ada.oid, preferred_username: ada.upn });
  expect(body).toHaveProperty('refresh_token');
});

test.each<[string, Record<string, string | undefined>, readonly [number, string, string]]>([
  ['a wrong verifier', { code_verifier: 'w'.repeat(64) }, [400, 'invalid_grant', '501481']],
  ['no verifier', { code_verifier: undefined }, [400, 'invalid_grant', '501481']],
  ['another redirect URI', { redirect_uri: `${redirectUri}/` }, [401, 'invalid_client', '500112']],
  ['a wrong secret', { client_secret: 'wrong' }, [401, 'invalid_client', '7000215']],
  ['no secret', { client_secret: undefined }, [401, 'invalid_client', '7000218']],
  ['an unknown code', { code: 'unknown' }, [400, 'invalid_grant', '70000']],
  [
    'the code of another client',
    { client_id: seed.app.clientId, client_secret: seed.app.secret },
    [400, 'invalid_grant', '70000'],
  ],
])('%s does not redeem a code, and the correct request still does', async (_, changes, refusal) => {
  const code = await signInSilently();
  expect(refusalOf(await redeem(code, changes))).toEqual(refusal);
  expect((await redeem(code)).status).toBe(200);
});

test('a code can be redeemed only once', async () => {
  const code = await signInSilently();
  await redeem(code);
  expect(refusalOf(await redeem(code))).toEqual([400, 'invalid_grant', '54005']);
});

test('a code expires after ten minutes', async () => {
  const code = await signInSilently();
  nowMs += 10 * 60 * 1000;
  expect(refusalOf(await redeem(code))).toEqual([400, 'invalid_grant', '70008']);
});

test('a verifier for a code that had no challenge is refused', async () => {
  const code = await signInSilently({ code_challenge: undefined, code_challenge_method: undefined });
  expect(refusalOf(await redeem(code))[2]).toBe('501481');
  expect((await redeem(code, { code_verifier: undefined })).status).toBe(200);
});

test.each([
  ['an unknown client', { client_id: 'unknown' }, 'AADSTS700016'],
  ['an unregistered redirect URI', { redirect_uri: 'https://evil.example/' }, 'AADSTS50011'],
  ['a redirect URI that only begins like the registered one', { redirect_uri: `${redirectUri}/more` }, 'AADSTS50011'],
  [
    'a host that only begins like the registered one',
    { redirect_uri: 'http://localhost.evil.example/api/auth/callback' },
    'AADSTS50011',
  ],
  [
    'a user name that looks like the host',
    { redirect_uri: 'http://localhost:7071@evil.example/api/auth/callback' },
    'AADSTS50011',
  ],
])('%s is shown on a page, without a redirect', async (_, changes, code) => {
  const response = await authorize({ prompt: 'none', login_hint: ada.upn, ...changes });
  expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  expect(await response.text()).toContain(code);
});

test.each<[string, Record<string, string | undefined>, string, string]>([
  ['another response type', { response_type: 'token' }, 'unsupported_response_type', 'AADSTS700054'],
  ['another response mode', { response_mode: 'smoke' }, 'invalid_grant', 'AADSTS70000'],
  ['no scope', { scope: undefined }, 'invalid_request', 'AADSTS900144'],
  ['an unknown resource', { scope: 'https://example.com/.default' }, 'invalid_resource', 'AADSTS500011'],
  ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request', 'AADSTS501491'],
  ['no signed-in person', { login_hint: 'unknown@contoso.example' }, 'login_required', 'AADSTS50058'],
  [
    'a permission without consent',
    { scope: `${powerBiResource}/Tenant.ReadWrite.All` },
    'consent_required',
    'AADSTS65001',
  ],
])('%s is returned to the app as an error with the state', async (_, changes, error, code) => {
  const { searchParams } = locationOf(await authorize({ prompt: 'none', login_hint: ada.upn, ...changes }));
  expect([searchParams.get('error'), searchParams.get('state')]).toEqual([error, 'the state']);
  expect(searchParams.get('error_description')).toMatch(new RegExp(`^${code}: `));
  expect(searchParams.has('code')).toBe(false);
});

test('the port of a localhost address may differ at the sign-in, and must be the same when the code is redeemed', async () => {
  const otherPort = redirectUri.replace('7071', '7072');
  const code = await signInSilently({ redirect_uri: otherPort });
  expect(refusalOf(await redeem(code))[2]).toBe('500112');
  expect((await redeem(code, { redirect_uri: otherPort })).status).toBe(200);
});

test('a refresh token returns new tokens and stays valid, as with the real Entra', async () => {
  const first = await redeem(await signInSilently());
  const second = await refresh(first.body['refresh_token']);
  expect(second.status).toBe(200);
  expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
  expect((await refresh(first.body['refresh_token'], { scope: powerBiScope })).status).toBe(200);
});

test('with single-use refresh tokens an older one is refused', async () => {
  emulators.entra.singleUseRefreshTokens = true;
  const { body } = await redeem(await signInSilently());
  const rotated = await refresh(body['refresh_token']);
  const replayed = await refresh(body['refresh_token']);
  emulators.entra.singleUseRefreshTokens = false;
  expect(rotated.status).toBe(200);
  expect(refusalOf(replayed)).toEqual([400, 'invalid_grant', '70000']);
});

test('a refresh token is refused when it is revoked, after 90 days, for another client and for a disabled account', async () => {
  const { body } = await redeem(await signInSilently());
  const otherClient = { client_id: seed.app.clientId, client_secret: seed.app.secret };
  expect(refusalOf(await refresh(body['refresh_token'], otherClient))[2]).toBe('70000');
  nowMs += 90 * 24 * 60 * 60 * 1000;
  expect(refusalOf(await refresh(body['refresh_token']))[2]).toBe('700082');
  nowMs = startMs;
  emulators.entra.revokeRefreshTokens({ tenantId, upn: ada.upn });
  expect(refusalOf(await refresh(body['refresh_token']))).toEqual([400, 'invalid_grant', '50173']);
  const { upn, password, oid } = users.grace;
  const ofGrace = await redeem(await signInSilently({ login_hint: upn }));
  emulators.entra.addUser({ tenantId, upn, password, oid, state: 'disabled' });
  expect(refusalOf(await refresh(ofGrace.body['refresh_token']))[2]).toBe('50057');
});

test('discovery names the endpoints under the requested address', async () => {
  const url = `${emulators.entra.url}/${tenantId}`;
  const { body } = await readJson(await fetch(`${url}/v2.0/.well-known/openid-configuration`));
  expect(body).toMatchObject({
    issuer: `${url}/v2.0`,
    authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
    token_endpoint: `${url}/oauth2/v2.0/token`,
    end_session_endpoint: `${url}/oauth2/v2.0/logout`,
    jwks_uri: `${url}/discovery/v2.0/keys`,
  });
  const unknown = await readJson(await fetch(`${emulators.entra.url}/nowhere/v2.0/.well-known/openid-configuration`));
  expect(refusalOf(unknown)[2]).toBe('90002');
});

test('instance discovery knows this authority and no other', async () => {
  const ask = async (authority: string): Promise<JsonAnswer> => {
    const query = new URLSearchParams({
      'api-version': '1.1',
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    });
    return await readJson(await fetch(`${emulators.entra.url}/common/discovery/instance?${query.toString()}`));
  };
  const known = await ask(`${emulators.entra.url}/${tenantId}`);
  expect(known.body['tenant_discovery_endpoint']).toBe(
    `${emulators.entra.url}/${tenantId}/v2.0/.well-known/openid-configuration`,
  );
  expect((await ask('https://login.example/t')).body['error']).toBe('invalid_instance');
});

test('sign-out redirects only to a registered site', async () => {
  const signOut = (target: string): Promise<Response> =>
    fetch(
      `${emulators.entra.url}/${tenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(target)}`,
      { redirect: 'manual' },
    );
  const back = await signOut('http://localhost:7071/');
  const away = await signOut('https://evil.example/');
  expect([back.status, back.headers.get('location')]).toEqual([302, 'http://localhost:7071/']);
  expect([away.status, away.headers.get('location')]).toEqual([200, null]);
});

test('the sign-in page lists the users of the tenant with their passwords', async () => {
  const page = await (await authorize()).text();
  for (const { upn, password } of Object.values(users)) {
    expect(page).toContain(`<tr><td>${upn}</td><td>${password.replaceAll('&', '&#38;')}</td></tr>`);
  }
});
