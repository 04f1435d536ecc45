import { nameForPerson, PERSON_ROUTES, ROUTES, type PersonRouteName, type Route } from '../../src/http/routes.ts';
import { peopleProfile } from '../support/people.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';
import { seed } from '../../local/emulators/emulators.ts';

const HOST_KEY = 'a-host-key-for-this-test-alone';
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const SIGN_IN = { SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri };

/** What the bundle must register: every route of src/http/routes.ts, and the lists of the profile `people`. */
const REGISTERED = [
  ...Object.entries<Route>(ROUTES).map(([name, route]) => ({ name, ...route })),
  ...(Object.keys(PERSON_ROUTES) as PersonRouteName[]).map((name) => ({
    ...PERSON_ROUTES[name],
    ...nameForPerson(name, 'people'),
  })),
].map(({ name, path, access, methods }) => ({
  functionName: name,
  path: `/api/${path}`,
  isOpen: access === 'open',
  allow: methods.join(', '),
}));

const addressesOf = (path: string): string[] => {
  const [withoutProfile = path] = path.split('/{profile?}');
  return withoutProfile === path ? [path] : [withoutProfile, `${withoutProfile}/default`];
};

const CASES = REGISTERED.flatMap(({ path, ...route }) => addressesOf(path).map((address) => ({ ...route, address })));

let app: BuiltApp;
afterAll(() => app.close());

describe('with CALLER_AUTH=key', () => {
  beforeAll(async () => {
    app = await startBuiltApp({
      settings: SIGN_IN,
      profilesFile: { profiles: { people: peopleProfile } },
      hostKey: HOST_KEY,
    });
  }, 60_000);

  test('the bundle registers exactly the routes of the contract, each for every method', () => {
    const sorted = <T extends { functionName: string }>(routes: readonly T[]): T[] =>
      [...routes].sort((one, other) => one.functionName.localeCompare(other.functionName));
    expect(sorted(app.routes)).toEqual(
      sorted(REGISTERED.map(({ functionName, path }) => ({ functionName, methods: EVERY_METHOD, path }))),
    );
  });

  test.each(CASES.filter(({ isOpen }) => !isOpen))('$address asks for a key', async ({ address }) => {
    const without = await fetch(`${app.url}${address}`);
    expect([without.status, await without.text()]).toEqual([401, '']);
    const wrong = await fetch(`${app.url}${address}`, { headers: { 'x-functions-key': 'a-wrong-key' } });
    expect([wrong.status, await wrong.text()]).toEqual([401, '']);
    const withKey = await fetch(`${app.url}${address}`, { headers: { 'x-functions-key': HOST_KEY } });
    expect(withKey.headers.get('content-type')).toMatch(/json$/);
  });

  test.each(CASES.filter(({ isOpen }) => isOpen))('$address asks for no key', async ({ address }) => {
    const answer = await fetch(`${app.url}${address}`, { redirect: 'manual' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(CASES)('$address answers a wrong method with 405 and Allow: $allow', async ({ address, allow }) => {
    const wrong = EVERY_METHOD.filter((method) => !allow.split(', ').includes(method));
    const answers = await Promise.all(
      wrong.map(async (method) => {
        const answer = await fetch(`${app.url}${address}`, { method, headers: { 'x-functions-key': HOST_KEY } });
        const text = await answer.text();
        const code = method === 'HEAD' ? 'method_not_allowed' : (JSON.parse(text) as { code: string }).code;
        return [method, answer.status, answer.headers.get('allow'), code];
      }),
    );
    expect(answers).toEqual(wrong.map((method) => [method, 405, allow, 'method_not_allowed']));
  });

  test('the built bundle returns a token', async () => {
    for (const address of ['/api/token', '/api/token/default', '/api/tokens/GetAccessToken']) {
      const answer = await fetch(`${app.url}${address}`, { headers: { 'x-functions-key': HOST_KEY } });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        expect.objectContaining({ access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer' }),
      ]);
    }
  });

  test('HEAD /health has the headers of GET and no body', async () => {
    const [head, get] = await Promise.all(['HEAD', 'GET'].map((method) => fetch(`${app.url}/api/health`, { method })));
    expect([head?.status, await head?.text(), head?.headers.get('content-type')]).toEqual([
      200,
      '',
      'application/health+json',
    ]);
    expect(await get?.json()).toEqual({ status: 'pass' });
  });

  test('the log of the process names no key and no token', async () => {
    const answer = await fetch(`${app.url}/api/token`, { headers: { 'x-functions-key': HOST_KEY } });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const told = app.output().replace(`Host key "default": ${HOST_KEY}`, '');
    expect([told.includes(token), told.includes(HOST_KEY), told.includes('token.issued')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
