import { createHash } from 'node:crypto';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { app, personApp, postToken, powerBiScope, readJson, refusalOf } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { tenantId, browserApp, users } = seed;
const { ada } = users;
const { redirectUri } = browserApp;
const origin = 'http://localhost:3000';
const verifier = 'v'.repeat(64);
const dayMs = 24 * 60 * 60 * 1000;
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

async function signIn(changes: Record<string, string> = {}): Promise<string> {
  const url = new URL(`${emulators.entra.url}/${tenantId}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: browserApp.clientId,
    response_type: 'code',
    response_mode: 'fragment',
    redirect_uri: redirectUri,
    scope: `openid offline_access api://${seed.personApp.clientId}/access_as_user`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    client_info: '1',
    prompt: 'none',
    login_hint: ada.upn,
    ...changes,
  }).toString();
  const response = await fetch(url, { redirect: 'manual' });
  const location = new URL(response.headers.get('location') ?? 'none:');
  return new URLSearchParams(location.hash.slice(1) || location.search).get('code') ?? location.href;
}

function redeem(
  code: string,
  { headers = { origin }, ...changes }: { headers?: Record<string, string>; [name: string]: unknown } = {},
): Promise<JsonAnswer> {
  const form = { grant_type: 'authorization_code', client_id: browserApp.clientId, client_info: '1', code };
  return postToken(
    emulators,
    { ...form, redirect_uri: redirectUri, code_verifier: verifier, ...(changes as Record<string, string>) },
    { headers },
  );
}

function refresh(refreshToken: unknown, headers: Record<string, string> = { origin }): Promise<JsonAnswer> {
  const form = { grant_type: 'refresh_token', client_id: browserApp.clientId };
  return postToken(emulators, { ...form, refresh_token: String(refreshToken) }, { headers });
}

test('a page redeems its code without a secret, and may read the answer', async () => {
  const { status, headers, body } = await redeem(await signIn());
  expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([200, origin, 'Origin']);
  expect(Object.keys(body).sort()).toEqual([
    'access_token',
    'client_info',
    'expires_in',
    'ext_expires_in',
    'id_token',
    'refresh_token',
    'scope',
    'token_type',
  ]);
  expect(JSON.parse(Buffer.from(String(body['client_info']), 'base64').toString())).toEqual({
    uid: ada.oid,
    utid: tenantId,
  });
});

test('the port of a page on localhost may differ from the registered one', async () => {
  const otherOrigin = 'http://localhost:5173';
  const code = await signIn({ redirect_uri: `${otherOrigin}/` });
  const { status, headers } = await redeem(code, {
    redirect_uri: `${otherOrigin}/`,
    headers: { origin: otherOrigin },
  });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, otherOrigin]);
});

test('a page must use PKCE', async () => {
  expect(await signIn({ code_challenge_method: 'plain' })).toContain('AADSTS501491');
});

test.each<[string, Record<string, unknown>, string]>([
  ['a program', { headers: {} }, '9002327'],
  ['a program with a secret', { headers: {}, client_secret: 'any' }, '7000215'],
  ['a page of a site that is not registered', { headers: { origin: 'https://evil.example' } }, '9002326'],
  ['a page that sends a secret', { client_secret: 'any' }, '700025'],
])("%s cannot redeem a page's code", async (_, changes, code) => {
  expect(refusalOf(await redeem(await signIn(), changes))[2]).toBe(code);
});

test('a page cannot use a registration without the single-page application platform', async () => {
  const answer = await postToken(
    emulators,
    { grant_type: 'client_credentials', ...app, scope: powerBiScope },
    { headers: { origin } },
  );
  expect(refusalOf(answer)).toEqual([400, 'invalid_request', '9002326']);
});

test('a registration with both platforms keeps their codes apart', async () => {
  emulators.entra.register({
    tenantId,
    clientId: 'both-platforms',
    secrets: ['secret'],
    redirectUris: ['https://web.example/callback'],
    spaRedirectUris: ['https://page.example/'],
    delegatedScopes: { [`api://${seed.personApp.clientId}`]: ['access_as_user'] },
  });
  const both = { client_id: 'both-platforms' };
  const ofWeb = await signIn({ ...both, redirect_uri: 'https://web.example/callback' });
  const ofPage = await signIn({ ...both, redirect_uri: 'https://page.example/' });
  const byPage = await redeem(ofWeb, {
    ...both,
    redirect_uri: 'https://web.example/callback',
    headers: { origin: 'https://page.example' },
  });
  const byProgram = await redeem(ofPage, {
    ...both,
    redirect_uri: 'https://page.example/',
    client_secret: 'secret',
    headers: {},
  });
  expect([refusalOf(byPage)[2], refusalOf(byProgram)[2]]).toEqual(['9002326', '9002327']);
});

test("a page's refresh tokens expire a day after the sign-in, however often they are used", async () => {
  const first = await redeem(await signIn());
  nowMs += dayMs / 2;
  const second = await refresh(first.body['refresh_token']);
  expect(second.status).toBe(200);
  nowMs += dayMs / 2;
  expect(refusalOf(await refresh(second.body['refresh_token']))).toEqual([400, 'invalid_grant', '700084']);
});

test("a program cannot use a page's refresh token", async () => {
  const { body } = await redeem(await signIn());
  expect(refusalOf(await refresh(body['refresh_token'], {}))[2]).toBe('9002327');
});

test.each([
  ['a registered', origin, origin],
  ['an unregistered', 'https://evil.example', null],
])('the preflight of %s page is answered with that origin or with none', async (_, from, allowed) => {
  const response = await fetch(`${emulators.entra.url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-anchormailbox',
    },
  });
  const { headers } = response;
  expect([
    response.status,
    headers.get('access-control-allow-origin'),
    headers.get('access-control-allow-headers'),
  ]).toEqual([204, allowed, 'x-anchormailbox']);
});

test.each([
  ['discovery', `${tenantId}/v2.0/.well-known/openid-configuration`],
  ['the signing keys', `${tenantId}/discovery/v2.0/keys`],
  ['instance discovery', 'common/discovery/instance'],
])('any page may read %s', async (_, path) => {
  const { headers } = await readJson(await fetch(`${emulators.entra.url}/${path}`));
  expect(headers.get('access-control-allow-origin')).toBe('*');
});

test('only a program that asks for client_info gets it', async () => {
  const form = { grant_type: 'password', ...personApp, scope: powerBiScope, username: ada.upn, password: ada.password };
  const [asked, unasked] = await Promise.all([
    postToken(emulators, { ...form, client_info: '1' }),
    postToken(emulators, form),
  ]);
  expect([asked.body['client_info'] !== undefined, unasked.body['client_info'] !== undefined]).toEqual([true, false]);
});
