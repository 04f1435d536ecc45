import { createBrowser } from '../../support/browser.ts';
import { peopleProfile, startPeopleApp } from '../../support/people.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';

const scenario = startScenario();

const ROUTES = ['sign-in', 'token', 'sign-out'] as const;

function ask(app: TestApp, route: (typeof ROUTES)[number], query = ''): Promise<TestAnswer> {
  return app.visit(`/api/auth/${route}${query}`, { headers: { 'x-requested-with': 'fetch' } });
}

function codeOf({ status, body }: TestAnswer): unknown {
  return [status, body['code'], body['detail']];
}

/** The same for every cause: anyone may ask, so the answer does not reveal which profiles exist or what is wrong with them. */
const NOT_A_SIGN_IN_PROFILE = [400, 'invalid_request', 'No sign-in profile matches this request.'];

describe.each(ROUTES)('/auth/%s', (route) => {
  test('uses the only sign-in profile if none is named', async () => {
    const app = startPeopleApp(scenario, { profiles: { crew: peopleProfile } });
    const answer = await ask(app, route);
    expect(answer.body['code'] ?? answer.status).toBe(
      { 'sign-in': 302, token: 'unauthorized', 'sign-out': 200 }[route],
    );
  });

  test('refuses a request without a profile if several profiles sign people in', async () => {
    const app = startPeopleApp(scenario, { profiles: { people: peopleProfile, crew: peopleProfile } });
    const answer = await ask(app, route);
    expect([codeOf(answer), answer.body['hint']]).toEqual([
      NOT_A_SIGN_IN_PROFILE,
      expect.stringContaining('?profile=NAME'),
    ]);
    const named = await ask(app, route, '?profile=crew');
    expect(named.body['code'] ?? named.status).toBe({ 'sign-in': 302, token: 'unauthorized', 'sign-out': 200 }[route]);
  });

  test('refuses a profile of another grant type', async () => {
    expect(codeOf(await ask(startPeopleApp(scenario), route, '?profile=default'))).toEqual(NOT_A_SIGN_IN_PROFILE);
  });

  test('refuses an unknown profile, whatever its name', async () => {
    const app = startPeopleApp(scenario);
    for (const name of ['nobody', 'PEOPLE', 'constructor', '__proto__', '../people', 'people%00']) {
      expect(codeOf(await ask(app, route, `?profile=${name}`))).toEqual(NOT_A_SIGN_IN_PROFILE);
    }
  });

  test('refuses every request if no profile signs people in', async () => {
    expect(codeOf(await ask(startPeopleApp(scenario, { profiles: {} }), route))).toEqual(NOT_A_SIGN_IN_PROFILE);
  });

  test.each([
    ['the faulty profile is named', '?profile=broken'],
    ['no profile is named, and the only one is faulty', ''],
  ])('does not reveal what is wrong with a profile: %s', async (_, query) => {
    const profiles = { broken: brokenProfile };
    expect(codeOf(await ask(startPeopleApp(scenario, { profiles }), route, query))).toEqual(NOT_A_SIGN_IN_PROFILE);
  });

  test('is misconfigured without the redirect URI, and names the setting', async () => {
    const answer = await ask(startPeopleApp(scenario, { settings: { SIGN_IN_REDIRECT_URI: undefined } }), route);
    expect([answer.status, answer.body['code']]).toEqual([500, 'misconfigured']);
    expect(answer.body['detail']).toContain('SIGN_IN_REDIRECT_URI');
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', ...(route === 'sign-out' ? [] : ['POST'])])(
    'refuses %s',
    async (method) => {
      const { status, headers, body } = await startPeopleApp(scenario).visit(`/api/auth/${route}`, { method });
      expect([status, headers.get('allow'), body['code']]).toEqual([
        405,
        route === 'sign-out' ? 'GET, POST' : 'GET',
        'method_not_allowed',
      ]);
    },
  );
});

const brokenProfile = { ...peopleProfile, clientId: 'not-an-id' };

test.each([
  [
    'no profile signs people in',
    {},
    '',
    'there is no profile with the grant authorization_code, or it has errors: see /api/health/ready',
  ],
  [
    'several profiles sign people in, and none is named',
    { people: peopleProfile, crew: peopleProfile },
    '',
    'the request names no profile, and there are 2 sign-in profiles',
  ],
  ['the named profile does not exist', {}, '?profile=persn', 'there is no profile "persn"'],
  ['the name is not well-formed', {}, '?profile=a%20b', 'the request names a profile that does not exist'],
  [
    'the named profile has another grant type',
    {},
    '?profile=default',
    'the grant of the profile "default" is client_credentials, not authorization_code',
  ],
  [
    'the named profile has errors',
    { broken: brokenProfile },
    '?profile=broken',
    'the profile "broken" has errors: see /api/health/ready',
  ],
])('the log says why there is no sign-in, and the answer does not: %s', async (_, profiles, query, reason) => {
  const app = startPeopleApp(scenario, { profiles });
  const answer = await ask(app, 'sign-in', query);
  expect(app.log.at(-1)).toMatchObject({ event: 'sign_in_start.refused', reason });
  expect(answer.text).not.toContain(reason);
});

test.each([
  'http://contoso.azurewebsites.net/api/auth/callback',
  'contoso.azurewebsites.net/api/auth/callback',
  'javascript:alert(1)',
  'http://localhost.evil.example/api/auth/callback',
])('a redirect URI like %s is misconfigured', async (redirectUri) => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_REDIRECT_URI: redirectUri } });
  const { status, body } = await app.visit('/api/auth/sign-in');
  expect([status, body['code']]).toEqual([500, 'misconfigured']);
  expect(body['detail']).toContain('SIGN_IN_REDIRECT_URI');
});

test.each([
  '*',
  'https://app.contoso.com/',
  'app.contoso.com',
  'https://app.contoso.com/path',
  'null',
  'https://*.contoso.com/',
])('a return origin like %s is misconfigured', async (origin) => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_RETURN_ORIGINS: `https://good.example,${origin}` } });
  const { status, body } = await app.visit('/api/auth/sign-in');
  expect([status, body['code']]).toEqual([500, 'misconfigured']);
  expect(body['detail']).toContain('SIGN_IN_RETURN_ORIGINS');
});

test('the sessions of two profiles exist side by side, and end separately', async () => {
  const app = startPeopleApp(scenario, { profiles: { people: peopleProfile, crew: peopleProfile } });
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app, { query: '?profile=people' });
  await browser.signIn(app, { query: '?profile=crew', person: seed.users.grace });
  const [people, crew] = [
    await browser.fetchToken(app, '?profile=people'),
    await browser.fetchToken(app, '?profile=crew'),
  ];
  expect([people.body['profile'], crew.body['profile']]).toEqual(['people', 'crew']);
  expect(people.body['access_token']).not.toBe(crew.body['access_token']);
  await browser.visit(app, '/api/auth/sign-out?profile=crew');
  expect((await browser.fetchToken(app, '?profile=crew')).body['code']).toBe('unauthorized');
  expect((await browser.fetchToken(app, '?profile=people')).status).toBe(200);
});

test('the token route tells a person where to sign in', async () => {
  const grants = [{ callers: [{ anyone: true }], profiles: ['people'], actions: ['token'] }];
  const answer = await startPeopleApp(scenario, { grants }).visit('/api/token/people');
  expect([answer.status, answer.body['code'], answer.body['hint']]).toEqual([
    400,
    'invalid_request',
    expect.stringContaining('/api/auth/sign-in'),
  ]);
});
