import { createBrowser, locationOf, pathOf } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { seed, startScenario } from '../../support/scenario.ts';

const { ada, grace } = seed.users;

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

const SESSION_COOKIE = {
  name: '__Host-powerbi-session-people.0',
  value: expect.stringMatching(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
  maxAge: 604_800,
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'Lax',
};
const TRANSACTION_COOKIE = {
  ...SESSION_COOKIE,
  name: expect.stringMatching(/^__Host-powerbi-sign-in-[\w-]{16}$/),
  maxAge: 600,
};

test('a person signs in at Entra and gets their own Power BI token', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const welcome = await browser.signIn(app);
  expect([welcome.status, welcome.body]).toEqual([200, { signed_in: true, profile: 'people' }]);

  const { status, headers, body } = await browser.fetchToken(app);
  expect({ status, headers: Object.fromEntries(headers), body }).toEqual({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body: {
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      expires_on: expect.any(Number),
      expires_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      refresh_in: expect.any(Number),
      scope: 'https://analysis.windows.net/powerbi/api/.default openid offline_access',
      profile: 'people',
    },
  });
  expect(claimsOf(body['access_token'])).toMatchObject({
    oid: ada.oid,
    aud: 'https://analysis.windows.net/powerbi/api',
    scp: 'Dataset.Read.All Report.Read.All Workspace.Read.All',
  });
});

test('the request to Entra has PKCE, state and nonce, and no secret', async () => {
  const app = startPeopleApp(scenario);
  const { status, headers, cookies } = await createBrowser(scenario.clock).visit(app, '/api/auth/sign-in');
  const location = new URL(headers.get('location') ?? '');
  expect([status, `${location.origin}${location.pathname}`]).toEqual([
    302,
    `${scenario.entra.url}/${seed.tenantId}/oauth2/v2.0/authorize`,
  ]);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    client_id: seed.personApp.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: seed.personApp.redirectUri,
    scope: 'https://analysis.windows.net/powerbi/api/.default openid offline_access',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(Object.fromEntries([...headers].filter(([name]) => name !== 'location'))).toEqual({
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  expect(cookies).toEqual([TRANSACTION_COOKIE]);
});

test('no two sign-ins share a state, a nonce or a challenge', async () => {
  const app = startPeopleApp(scenario);
  const locations = await Promise.all(
    Array.from({ length: 20 }, async () => locationOf(await app.visit('/api/auth/sign-in')).searchParams),
  );
  const all = locations.flatMap((query) => ['state', 'nonce', 'code_challenge'].map((name) => query.get(name)));
  expect(new Set(all).size).toBe(60);
});

test('the callback ends the pending sign-in and begins a session', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const { cookies, headers } = await browser.signIn(app);
  expect(cookies).toEqual([{ ...TRANSACTION_COOKIE, value: '', maxAge: 0 }, SESSION_COOKIE]);
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  expect([...browser.jar.values.keys()]).toEqual(['__Host-powerbi-session-people.0']);
});

test('a sign-in with return_to as a path of this site ends there', async () => {
  const app = startPeopleApp(scenario);
  const answer = await createBrowser(scenario.clock).signIn(app, { query: '?return_to=%2Freports%3Fpage%3D2%23top' });
  expect(locationOf(answer).href).toBe('http://localhost:7071/reports?page=2#top');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});

test('a sign-in with return_to at an allowed origin ends there', async () => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_RETURN_ORIGINS: 'https://app.contoso.com' } });
  const query = `?return_to=${encodeURIComponent('https://app.contoso.com/home')}`;
  const answer = await createBrowser(scenario.clock).signIn(app, { query });
  expect(locationOf(answer).href).toBe('https://app.contoso.com/home');
});

test('a sign-in and its tokens are in the audit trail, with the person and without a credential', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  await browser.fetchToken(app);
  const common = { outcome: 'issued', profile: 'people', caller: `${seed.tenantId}/${ada.oid}` };
  expect(app.log).toEqual([
    expect.objectContaining({ event: 'sign_in.issued', ...common }),
    expect.objectContaining({
      event: 'token.issued',
      ...common,
      cache: 'minted',
      token_fingerprint: expect.any(String),
    }),
  ]);
});

test('any instance serves any step, because instances store nothing', async () => {
  const [one, two, three] = [startPeopleApp(scenario), startPeopleApp(scenario), startPeopleApp(scenario)];
  const browser = createBrowser(scenario.clock);
  await browser.signIn(one, { callback: two });
  const { status, body } = await browser.fetchToken(three);
  expect([status, claimsOf(body['access_token'])['oid']]).toEqual([200, ada.oid]);
});

test('two tabs can sign in at once', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const first = await browser.goToEntra(app, { query: '?return_to=/first' });
  const second = await browser.goToEntra(app, { query: '?return_to=/second' });
  expect(locationOf(await browser.visit(app, pathOf(first))).pathname).toBe('/first');
  expect(locationOf(await browser.visit(app, pathOf(second))).pathname).toBe('/second');
  expect((await browser.fetchToken(app)).status).toBe(200);
});

test('two people in two browsers get their own tokens', async () => {
  const app = startPeopleApp(scenario);
  const adas = createBrowser(scenario.clock);
  const graces = createBrowser(scenario.clock);
  await adas.signIn(app);
  await graces.signIn(app, { person: grace });
  const [adasToken, gracesToken] = await Promise.all([adas.fetchToken(app), graces.fetchToken(app)]);
  expect(claimsOf(adasToken.body['access_token'])['oid']).toBe(ada.oid);
  expect(claimsOf(gracesToken.body['access_token'])['oid']).toBe(grace.oid);
});

test('a second person who signs in with the same browser replaces the first', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  await browser.fetchToken(app);
  await browser.signIn(app, { person: grace });
  expect(claimsOf((await browser.fetchToken(app)).body['access_token'])['oid']).toBe(grace.oid);
});

test('a cached token is served without a request to Entra', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const first = await browser.fetchToken(app);
  scenario.entra.reset();
  const second = await browser.fetchToken(app);
  expect(second.body['access_token']).toBe(first.body['access_token']);
  expect(scenario.entra.requests).toEqual([]);
});

test.each(['GET', 'POST'])('signing out with %s removes every cookie of the session', async (method) => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const cookie = browser.jar.header() ?? '';
  const { status, body, cookies } = await app.visit('/api/auth/sign-out', { method, headers: { cookie } });
  expect({ status, body, cookies }).toEqual({
    status: 200,
    body: { signed_out: true, profile: 'people' },
    cookies: [{ ...SESSION_COOKIE, value: '', maxAge: 0 }],
  });
  browser.jar.store(cookies);
  expect(browser.jar.header()).toBeUndefined();
  expect((await browser.fetchToken(app)).body).toMatchObject({ status: 401, code: 'unauthorized' });
});

test('signing out redirects only to an allowed address, and otherwise does not end the session', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const refused = await browser.visit(app, '/api/auth/sign-out?return_to=//evil.example');
  expect([refused.status, refused.body['code'], refused.cookies]).toEqual([400, 'invalid_request', []]);
  const ended = await browser.visit(app, '/api/auth/sign-out?return_to=/bye');
  expect([locationOf(ended).href, browser.jar.header()]).toEqual(['http://localhost:7071/bye', undefined]);
});

test('min_ttl works as on the other token routes', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const refused = await browser.fetchToken(app, '?min_ttl=-1');
  expect(refused.body).toMatchObject({ status: 400, code: 'invalid_request', error: 'invalid_request' });
  expect((await browser.fetchToken(app, '?min_ttl=3600')).status).toBe(200);
});

function claimsOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
