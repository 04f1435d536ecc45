import { createBrowser, locationOf, pathOf, signInAtEntra } from '../../support/browser.ts';
import { peopleProfile, startPeopleApp } from '../../support/people.ts';
import { seed, startScenario, type TestAnswer } from '../../support/scenario.ts';
import { some } from '../../support/some.ts';

const { tenantId, personApp } = seed;
const { ada, grace } = seed.users;
const TEN_MINUTES_MS = 600_000;

const scenario = startScenario();
afterEach(() => {
  scenario.entra.reset();
  scenario.entra.responseOverride = undefined;
});

/** The refusal, which must not begin a session. */
function refusalOf({ status, body, cookies }: TestAnswer): unknown[] {
  expect(cookies.filter(({ value }) => value !== '')).toEqual([]);
  const upstream = body['upstream'] as { code?: string } | undefined;
  return [status, body['code'], ...(upstream?.code === undefined ? [] : [upstream.code])];
}

function changed(address: URL, changes: Readonly<Record<string, string | undefined>>): URL {
  const copy = new URL(address);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) copy.searchParams.delete(name);
    else copy.searchParams.set(name, value);
  }
  return copy;
}

async function begin(): Promise<{
  back: URL;
  answerTo(target: URL | string): Promise<TestAnswer>;
  header(): string;
}> {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  return {
    back,
    answerTo: (target) => browser.visit(app, typeof target === 'string' ? target : pathOf(target)),
    header: () => browser.jar.header() ?? '',
  };
}

test.each<[string, Readonly<Record<string, string | undefined>>]>([
  ['no state', { state: undefined }],
  ['an empty state', { state: '' }],
  ['another state', { state: 'a'.repeat(43) }],
  ['neither state nor code', { state: undefined, code: undefined }],
  ['no code', { code: undefined }],
  ['an empty code', { code: '' }],
  ["another issuer's name", { iss: 'https://login.evil.example/v2.0' }],
  ['a signed response, which was not requested', { response: some.jwt() }],
])('a response with %s is refused', async (_, changes) => {
  const { back, answerTo } = await begin();
  expect(refusalOf(await answerTo(changed(back, changes)))).toEqual([400, 'invalid_request']);
  expect((await answerTo(back)).status).toBe(200);
});

test('a state that only begins like the right one is refused, although its cookie is found', async () => {
  const { back, answerTo } = await begin();
  const state = `${(back.searchParams.get('state') ?? '').slice(0, 16)}${'x'.repeat(27)}`;
  expect(refusalOf(await answerTo(changed(back, { state })))).toEqual([400, 'invalid_request']);
});

test.each(['state', 'code'])('a response with two of %s is refused', async (name) => {
  const { back, answerTo } = await begin();
  back.searchParams.append(name, 'another-one');
  expect(refusalOf(await answerTo(back))).toEqual([400, 'invalid_request']);
});

test('a response in a browser without a pending sign-in is refused, so that no person is signed in as another', async () => {
  const app = startPeopleApp(scenario);
  const attackers = await createBrowser(scenario.clock).goToEntra(app, { person: grace });
  const victim = createBrowser(scenario.clock);
  expect(refusalOf(await victim.visit(app, pathOf(attackers)))).toEqual([400, 'invalid_request']);
  expect(victim.jar.header()).toBeUndefined();
});

test("the code of another browser's sign-in with the victim's own state is refused", async () => {
  const app = startPeopleApp(scenario);
  const attackers = await createBrowser(scenario.clock).goToEntra(app, { person: grace });
  const victim = createBrowser(scenario.clock);
  const own = await victim.goToEntra(app);
  const injected = changed(own, { code: attackers.searchParams.get('code') ?? '' });
  expect(refusalOf(await victim.visit(app, pathOf(injected)))).toEqual([401, 'interaction_required', 'AADSTS501481']);
});

test('the states of two sign-ins in one browser cannot be exchanged', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const first = await browser.goToEntra(app);
  const second = await browser.goToEntra(app);
  const swapped = changed(first, { state: second.searchParams.get('state') ?? '' });
  expect(refusalOf(await browser.visit(app, pathOf(swapped)))).toEqual([401, 'interaction_required', 'AADSTS501481']);
});

test('a response is accepted once: its cookie is removed, and with a restored cookie the code is already used', async () => {
  const { back, answerTo, header } = await begin();
  const before = header();
  expect((await answerTo(back)).status).toBe(200);
  expect(refusalOf(await answerTo(back))).toEqual([400, 'invalid_request']);
  const replay = await startPeopleApp(scenario).visit(pathOf(back), { headers: { cookie: before } });
  expect(refusalOf(replay)).toEqual([401, 'interaction_required', 'AADSTS54005']);
});

test('a sign-in expires after ten minutes, even if the browser keeps the cookie', async () => {
  const { back, answerTo, header } = await begin();
  const kept = header();
  scenario.clock.advance(TEN_MINUTES_MS);
  expect(refusalOf(await answerTo(back))).toEqual([400, 'invalid_request']);
  const late = await startPeopleApp(scenario).visit(pathOf(back), { headers: { cookie: kept } });
  expect(refusalOf(late)).toEqual([400, 'invalid_request']);
});

test('a code that has expired at Entra requires a new sign-in', async () => {
  const { back, answerTo } = await begin();
  const body = { error: 'invalid_grant', error_codes: [70008], error_description: 'AADSTS70008: expired' };
  scenario.entra.failWith({ kind: 'status', status: 400, body }, { times: 1 });
  expect(refusalOf(await answerTo(back))).toEqual([401, 'interaction_required', 'AADSTS70008']);
});

test('a nonce that was changed on the way to Entra is detected', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
  const back = await signInAtEntra(changed(authorize, { nonce: 'n'.repeat(43) }), ada);
  const answer = await browser.visit(app, pathOf(back));
  expect(refusalOf(answer)).toEqual([401, 'interaction_required']);
  expect(answer.body['detail']).toBe('The ID token belongs to another sign-in (nonce).');
});

test('Entra detects a challenge that was removed on the way', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
  const stripped = changed(authorize, { code_challenge: undefined, code_challenge_method: undefined });
  const answer = await browser.visit(app, pathOf(await signInAtEntra(stripped, ada)));
  expect(refusalOf(answer)).toEqual([401, 'interaction_required', 'AADSTS501481']);
});

test('Entra refuses a redirect URI other than that of the request', async () => {
  const elsewhere = startPeopleApp(scenario, {
    settings: { SIGN_IN_REDIRECT_URI: personApp.redirectUri.replace('7071', '7072') },
  });
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(elsewhere);
  const answer = await browser.visit(startPeopleApp(scenario), pathOf(back));
  expect(refusalOf(answer)).toEqual([502, 'issuer_rejected', 'AADSTS500112']);
});

const goodClaims = (): Record<string, unknown> => ({
  iss: `${scenario.entra.url}/${tenantId}/v2.0`,
  aud: personApp.clientId,
  exp: Math.floor(scenario.clock.now().wallMs / 1000) + 3600,
  iat: Math.floor(scenario.clock.now().wallMs / 1000),
  sub: ada.oid,
  oid: ada.oid,
  tid: tenantId,
});

test.each<[string, (nonce: string) => unknown]>([
  ['none', () => undefined],
  ['not a JWT', () => 'not-a-token'],
  ['that of another issuer', (nonce) => some.jwt({ ...goodClaims(), nonce, iss: 'https://evil.example/v2.0' })],
  ['that of another client', (nonce) => some.jwt({ ...goodClaims(), nonce, aud: seed.app.clientId })],
  ['one without a person', (nonce) => some.jwt({ ...goodClaims(), nonce, oid: undefined })],
  ['one without a tenant', (nonce) => some.jwt({ ...goodClaims(), nonce, tid: undefined })],
  [
    'one without a signature',
    (nonce) => some.jwt({ ...goodClaims(), nonce }).replace(/^[^.]+/, encode({ alg: 'none' })),
  ],
])('if the ID token is %s, the sign-in is refused', async (_, makeIdToken) => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
  const back = await signInAtEntra(authorize, ada);
  scenario.entra.responseOverride = { id_token: makeIdToken(authorize.searchParams.get('nonce') ?? '') };
  expect(refusalOf(await browser.visit(app, pathOf(back)))).toEqual([502, 'issuer_rejected']);
});

test('if the ID token has expired, the person must sign in again', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
  const back = await signInAtEntra(authorize, ada);
  const nonce = authorize.searchParams.get('nonce') ?? '';
  scenario.entra.responseOverride = { id_token: some.jwt({ ...goodClaims(), nonce, exp: 1_700_000_000 }) };
  const answer = await browser.visit(app, pathOf(back));
  expect([...refusalOf(answer), answer.body['detail']]).toEqual([
    401,
    'interaction_required',
    'The ID token has expired (exp).',
  ]);
});

test('without a refresh token from Entra, the log says what the scope lacks', async () => {
  const scope = 'https://analysis.windows.net/powerbi/api/.default openid';
  const app = startPeopleApp(scenario, { profiles: { people: { ...peopleProfile, scope } } });
  const answer = await createBrowser(scenario.clock).signIn(app);
  expect(refusalOf(answer)).toEqual([502, 'issuer_rejected']);
  expect(answer.body['hint']).toContain('offline_access');
});

test.each([
  ['server_error', '', 503, 'upstream_unavailable', 'server_error'],
  [
    'temporarily_unavailable',
    'AADSTS90033: A transient error has occurred.',
    503,
    'upstream_unavailable',
    'AADSTS90033',
  ],
  ['unauthorized_client', 'AADSTS700016: Application was not found.', 502, 'issuer_rejected', 'AADSTS700016'],
  ['invalid_scope', '', 502, 'issuer_rejected', 'invalid_scope'],
])(
  '%s (%s) is an error of the app or of Entra, not of the person: HTTP %d',
  async (error, description, status, code, upstreamCode) => {
    const app = startPeopleApp(scenario);
    const browser = createBrowser(scenario.clock);
    const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
    const state = authorize.searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error, error_description: description, state });
    const answer = await browser.visit(app, `/api/auth/callback?${query.toString()}`);
    expect([answer.status, answer.body['code'], answer.body['upstream']]).toEqual([
      status,
      code,
      { service: 'issuer', code: upstreamCode },
    ]);
  },
);

test.each([
  ['access_denied', 'AADSTS65004: User declined to consent to access the app.', 'AADSTS65004'],
  ['consent_required', 'AADSTS65001: The user or administrator has not consented.', 'AADSTS65001'],
  ['access_denied', 'the user cancelled the authentication', 'access_denied'],
])(
  'a sign-in that ended at Entra in %s (%s) is reported, and can be started again',
  async (error, description, code) => {
    const app = startPeopleApp(scenario);
    const browser = createBrowser(scenario.clock);
    const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
    const state = authorize.searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error, error_description: description, state, error_subcode: 'cancel' });
    const answer = await browser.visit(app, `/api/auth/callback?${query.toString()}`);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 401,
      body: {
        type: 'urn:powerbi-token-function:error:interaction_required',
        title: 'The person must sign in again or consent',
        status: 401,
        detail: `Entra did not complete the sign-in (${code}).`,
        code: 'interaction_required',
        hint: expect.stringContaining('/api/auth/sign-in'),
        upstream: { service: 'issuer', code },
        request_id: expect.any(String),
      },
    });
    expect(app.log.at(-1)).toMatchObject({
      event: 'sign_in.refused',
      code: 'interaction_required',
      upstream_code: code,
    });
    expect((await browser.signIn(app)).status).toBe(200);
  },
);

test('Entra refuses an application without consent', async () => {
  const clientId = '0d6a1b52-91cb-4b7e-8f6d-3a2b1c0d9e8f';
  scenario.entra.register({
    tenantId,
    clientId,
    secrets: [personApp.secret],
    redirectUris: [personApp.redirectUri],
    isConsented: false,
  });
  const app = startPeopleApp(scenario, { profiles: { people: { ...peopleProfile, clientId } } });
  const browser = createBrowser(scenario.clock);
  const authorize = locationOf(await browser.visit(app, '/api/auth/sign-in'));
  // Entra shows no page to a person who is already signed in: the refusal is returned as a response.
  const back = await signInAtEntra(changed(authorize, { prompt: 'none', login_hint: ada.upn }), ada);
  const answer = await browser.visit(app, pathOf(back));
  expect(refusalOf(answer)).toEqual([401, 'interaction_required', 'AADSTS65001']);
});

test.each(['error', 'error_description', 'error_uri', 'code', 'state', 'session_state', 'iss'])(
  'markup in %s is neither in a page nor in a message',
  async (name) => {
    const { back, answerTo } = await begin();
    const markup = '<script>alert(document.cookie)</script>"\'--></title>';
    const base = name === 'code' ? back : changed(back, { code: undefined, error: 'access_denied' });
    const answer = await answerTo(changed(base, { [name]: markup }));
    expect(refusalOf(answer)[0]).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toMatch(/<|alert|&lt;|%3C/i);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  },
);

test('markup in a valid response does not reach the page of the answer', async () => {
  const { back, answerTo } = await begin();
  const answer = await answerTo(changed(back, { session_state: '<script>alert(1)</script>' }));
  expect([answer.status, answer.text.includes('script')]).toEqual([200, false]);
});

test('a return address is checked before Entra is asked, and parameters of the callback do not set one', async () => {
  const app = startPeopleApp(scenario);
  const refused = await app.visit('/api/auth/sign-in?return_to=https://evil.example/');
  expect([refused.status, refused.body['code'], refused.cookies]).toEqual([400, 'invalid_request', []]);
  const { back, answerTo } = await begin();
  const answer = await answerTo(changed(back, { return_to: 'https://evil.example/' }));
  expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
});

test.each([
  'return_to=',
  'return_to=/a&return_to=/b',
  'profile=',
  'profile=people&profile=people',
  'claims=',
  'claims=[]',
  'claims=%7B%7D&claims=%7B%7D',
  `claims=%7B${'a'.repeat(2_048)}%7D`,
])('a sign-in with %j is refused before Entra is asked', async (query) => {
  const { status, body, cookies } = await startPeopleApp(scenario).visit(`/api/auth/sign-in?${query}`);
  expect([status, body['code'], cookies]).toEqual([400, 'invalid_request', []]);
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
