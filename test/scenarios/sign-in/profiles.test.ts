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

const NONE = [400, 'invalid_request', 'No profile signs people in.'];
const SEVERAL = [400, 'invalid_request', 'Several profiles sign people in.'];
const OTHER_GRANT = [400, 'invalid_request', 'The profile that is named signs nobody in.'];
const UNKNOWN = [404, 'unknown_profile', 'There is no profile of the name that the address ends in.'];

describe.each(ROUTES)('/auth/%s', (route) => {
  test('takes the only profile that signs people in where none is named', async () => {
    const app = startPeopleApp(scenario, { profiles: { crew: peopleProfile } });
    const answer = await ask(app, route);
    expect(answer.body['code'] ?? answer.status).toBe(
      { 'sign-in': 302, token: 'unauthorized', 'sign-out': 200 }[route],
    );
  });

  test('asks which, where several sign people in', async () => {
    const app = startPeopleApp(scenario, { profiles: { people: peopleProfile, crew: peopleProfile } });
    const answer = await ask(app, route);
    expect([codeOf(answer), answer.body['hint']]).toEqual([SEVERAL, 'Name one: ?profile=NAME.']);
    const named = await ask(app, route, '?profile=crew');
    expect(named.body['code'] ?? named.status).toBe({ 'sign-in': 302, token: 'unauthorized', 'sign-out': 200 }[route]);
  });

  test('refuses a profile of another grant', async () => {
    expect(codeOf(await ask(startPeopleApp(scenario), route, '?profile=default'))).toEqual(OTHER_GRANT);
  });

  test('does not know a profile that is not there, of whatever name', async () => {
    const app = startPeopleApp(scenario);
    for (const name of ['nobody', 'PEOPLE', 'constructor', '__proto__', '../people', 'people%00']) {
      expect(codeOf(await ask(app, route, `?profile=${name}`))).toEqual(UNKNOWN);
    }
  });

  test('says so where no profile signs people in', async () => {
    expect(codeOf(await ask(startPeopleApp(scenario, { profiles: {} }), route))).toEqual(NONE);
  });

  test('names the fault of the profile that is asked for', async () => {
    const profiles = { people: peopleProfile, broken: { ...peopleProfile, clientId: 'not-an-id' } };
    const answer = await ask(startPeopleApp(scenario, { profiles }), route, '?profile=broken');
    expect([answer.status, answer.body['code']]).toEqual([500, 'misconfigured']);
    expect(answer.body['detail']).toContain('profiles.json: profiles.broken.clientId');
  });

  test('names the faults of every profile at fault where none is named and none signs people in', async () => {
    const profiles = {
      people: { ...peopleProfile, clientId: 'not-an-id' },
      crew: { ...peopleProfile, tenantId: 'contoso.onmicrosoft.example' },
    };
    const answer = await ask(startPeopleApp(scenario, { profiles }), route);
    expect([answer.status, answer.body['code']]).toEqual([500, 'misconfigured']);
    expect(answer.body['detail']).toContain('profiles.json: profiles.people.clientId');
    expect(answer.body['detail']).toContain('profiles.json: profiles.crew.tenantId');
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

test('the sessions of two profiles live side by side, and end apart', async () => {
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

test('the token route tells a person where to sign in instead', async () => {
  const grants = [{ callers: [{ anyone: true }], profiles: ['people'], actions: ['token'] }];
  const answer = await startPeopleApp(scenario, { grants }).visit('/api/token/people');
  expect([answer.status, answer.body['code'], answer.body['hint']]).toEqual([
    400,
    'invalid_request',
    expect.stringContaining('/api/auth/sign-in'),
  ]);
});
