import { createBrowser, locationOf } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { seed, startScenario } from '../../support/scenario.ts';

const { tenantId } = seed;
const { ada, grace } = seed.users;
const LIFETIME_MS = 3_599_000;
const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

const scenario = startScenario();
afterEach(() => {
  scenario.entra.reset();
  scenario.entra.responseOverride = undefined;
  scenario.entra.singleUseRefreshTokens = false;
});

function refreshTokensSent(): (string | null)[] {
  return scenario.entra.requests
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get('grant_type') === 'refresh_token')
    .map((form) => form.get('refresh_token'));
}

test('an expired token is replaced with the refresh token', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const first = await browser.fetchToken(app);
  scenario.clock.advance(LIFETIME_MS);
  const second = await browser.fetchToken(app);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body['access_token']).not.toBe(first.body['access_token']);
  expect(new Set(refreshTokensSent()).size).toBe(2);
});

test('single-use refresh tokens are passed from cookie to cookie for days', async () => {
  scenario.entra.singleUseRefreshTokens = true;
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  for (let halfDay = 1; halfDay < 14; halfDay++) {
    scenario.clock.advance(12 * HOUR_MS);
    expect((await browser.fetchToken(app)).status).toBe(200);
  }
  expect(new Set(refreshTokensSent()).size).toBe(13);
});

test('a rotated refresh token reaches another instance in the cookie', async () => {
  scenario.entra.singleUseRefreshTokens = true;
  const browser = createBrowser(scenario.clock);
  await browser.signIn(startPeopleApp(scenario));
  for (let instance = 0; instance < 3; instance++) {
    expect((await browser.fetchToken(startPeopleApp(scenario))).status).toBe(200);
  }
});

test('of two alternating instances, the one with the older refresh token keeps the newer one in the cookie', async () => {
  scenario.entra.singleUseRefreshTokens = true;
  const [one, other] = [startPeopleApp(scenario), startPeopleApp(scenario)];
  const browser = createBrowser(scenario.clock);
  await browser.signIn(one);
  const written: number[] = [];
  for (const app of [one, other, one, other, one, other]) written.push((await browser.fetchToken(app)).cookies.length);
  expect(written).toEqual([1, 1, 0, 0, 0, 0]);
  scenario.clock.advance(LIFETIME_MS);
  expect((await browser.fetchToken(one)).status).toBe(200);
});

test('a hundred requests at once redeem a refresh token once, and every answer has the newer one', async () => {
  scenario.entra.singleUseRefreshTokens = true;
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const answers = await Promise.all(Array.from({ length: 100 }, () => browser.fetchToken(app)));
  expect(answers.map(({ status, cookies }) => [status, cookies.length])).toEqual(
    Array.from({ length: 100 }, () => [200, 1]),
  );
  expect(refreshTokensSent()).toHaveLength(1);
  scenario.clock.advance(LIFETIME_MS);
  expect((await browser.fetchToken(app)).status).toBe(200);
});

test('a session that is not used for a week is over, even if the browser still sends it', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const kept = [...browser.jar.values];
  scenario.clock.advance(7 * 86_400_000 - 60_000);
  expect(browser.jar.header()).toBeDefined();
  scenario.clock.advance(60_000);
  expect(browser.jar.header()).toBeUndefined();
  for (const [name, value] of kept) browser.jar.put(name, value);
  expect((await browser.fetchToken(app)).body).toMatchObject({ status: 401, code: 'unauthorized' });
});

test('a session is over seven days after the sign-in, even if it is used every day', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const daysLeft: number[] = [];
  for (let day = 1; day < 7; day++) {
    scenario.clock.advance(DAY_SECONDS * 1000);
    daysLeft.push(...(await browser.fetchToken(app)).cookies.map(({ maxAge = 0 }) => maxAge / DAY_SECONDS));
  }
  expect(daysLeft.map((days) => days.toFixed(2))).toEqual(['6.00', '5.00', '4.00', '3.00', '2.00', '1.00']);
  const kept = [...browser.jar.values];
  scenario.clock.advance(DAY_SECONDS * 1000);
  expect(browser.jar.header()).toBeUndefined();
  for (const [name, value] of kept) browser.jar.put(name, value);
  expect((await browser.fetchToken(app)).body).toMatchObject({ status: 401, code: 'unauthorized' });
});

test('a refresh token that is too large for one cookie is split, joined, and later removed completely', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const huge = Array.from({ length: 900 }, (_, index) => `part-${index}`.padEnd(10, '.')).join('');
  scenario.entra.responseOverride = { refresh_token: huge };
  const answer = await browser.signIn(app);
  const names = [0, 1, 2, 3].map((index) => `__Host-powerbi-session-people.${index}`);
  expect([...browser.jar.values.keys()]).toEqual(names);
  expect(answer.cookies.slice(1).map(({ name, maxAge }) => ({ name, maxAge }))).toEqual(
    names.map((name) => ({ name, maxAge: 604_800 })),
  );

  await browser.fetchToken(app);
  expect(refreshTokensSent()).toEqual([huge]);

  scenario.entra.responseOverride = undefined;
  await browser.signIn(app);
  expect([...browser.jar.values.keys()]).toEqual(names.slice(0, 1));
  expect((await browser.fetchToken(app)).status).toBe(200);
});

test('signing out removes every part of a split session', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  scenario.entra.responseOverride = { refresh_token: 'r'.repeat(9_000) };
  await browser.signIn(app);
  await browser.visit(app, '/api/auth/sign-out');
  expect([...browser.jar.values]).toEqual([]);
});

test('an answer without a new refresh token does not change the cookie', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const before = browser.jar.header();
  scenario.entra.responseOverride = { refresh_token: undefined };
  const { status, cookies } = await browser.fetchToken(app);
  expect([status, cookies, browser.jar.header()]).toEqual([200, [], before]);
});

test('after a revoked refresh token the person must sign in again, and then the session works at once', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  await browser.fetchToken(app);
  scenario.entra.revokeRefreshTokens({ tenantId, upn: ada.upn });
  const refused = await browser.fetchToken(startPeopleApp(scenario));
  expect({ status: refused.status, challenge: refused.headers.get('www-authenticate'), body: refused.body }).toEqual({
    status: 401,
    challenge: expect.stringMatching(/^Bearer error="invalid_token", error_description="[^"]+"$/),
    body: {
      type: 'urn:powerbi-token-function:error:interaction_required',
      title: 'The person must sign in again or consent',
      status: 401,
      detail: expect.stringMatching(/^The token issuer refused \(AADSTS50173\): /),
      code: 'interaction_required',
      hint: expect.stringContaining('/api/auth/sign-in'),
      error: 'interaction_required',
      error_description: expect.stringContaining('AADSTS50173'),
      upstream: {
        service: 'issuer',
        status: 400,
        code: 'AADSTS50173',
        correlation_id: expect.any(String),
        trace_id: expect.any(String),
      },
      request_id: expect.any(String),
    },
  });

  await browser.signIn(app);
  expect((await browser.fetchToken(app)).status).toBe(200);
  scenario.clock.advance(LIFETIME_MS);
  expect((await browser.fetchToken(app)).status).toBe(200);
});

test('a claims challenge reaches the browser, is sent to Entra with the next sign-in, and leads to a new token', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const before = await browser.fetchToken(app);
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
  scenario.entra.failWith(
    {
      kind: 'status',
      status: 400,
      body: { error: 'interaction_required', error_codes: [50076], error_description: 'AADSTS50076: MFA.', claims },
    },
    { times: 1 },
  );
  const challenged = await browser.fetchToken(startPeopleApp(scenario));
  expect({ status: challenged.status, body: challenged.body }).toEqual({
    status: 401,
    body: expect.objectContaining({ code: 'interaction_required', error: 'interaction_required', claims }),
  });
  expect(challenged.headers.get('www-authenticate')).toBe(
    `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  );

  const query = `?claims=${encodeURIComponent(claims)}`;
  expect(locationOf(await app.visit(`/api/auth/sign-in${query}`)).searchParams.get('claims')).toBe(claims);
  await browser.signIn(app, { query });
  const after = await browser.fetchToken(app);
  expect(after.status).toBe(200);
  expect(after.body['access_token']).not.toBe(before.body['access_token']);
});

test('a disabled account gets no more tokens once the last one has expired', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app, { person: grace });
  await browser.fetchToken(app);
  scenario.entra.addUser({ tenantId, ...grace, state: 'disabled' });
  scenario.clock.advance(LIFETIME_MS);
  expect((await browser.fetchToken(app)).body).toMatchObject({
    code: 'interaction_required',
    upstream: { code: 'AADSTS50057' },
  });
  scenario.entra.addUser({ tenantId, ...grace });
});

test('an outage of Entra is reported as an outage and does not end the session', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const before = browser.jar.header();
  scenario.entra.failWith({ kind: 'throttled', retryAfterSeconds: 300 });
  const away = await browser.fetchToken(app);
  expect([away.status, away.body['code'], away.cookies, browser.jar.header()]).toEqual([
    503,
    'upstream_unavailable',
    [],
    before,
  ]);
  scenario.entra.heal();
  scenario.clock.advance(301_000);
  expect((await browser.fetchToken(app)).status).toBe(200);
});

test('a wrong secret of the app is an error for the operator, and the person need not sign in', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  scenario.entra.removeSecret({ tenantId, clientId: seed.personApp.clientId }, seed.personApp.secret);
  expect((await browser.fetchToken(app)).body).toMatchObject({ status: 502, code: 'secret_rejected' });
  scenario.entra.addSecret({ tenantId, clientId: seed.personApp.clientId }, seed.personApp.secret);
});
