import tls from 'node:tls';
import { seed } from '../../../local/emulators/emulators.ts';
import { signInAtEntra } from '../../support/browser.ts';
import { startBuiltApp, type BuiltApp } from '../../support/built-app.ts';
import { peopleProfile } from '../../support/people.ts';

// From a sign-in in a browser to the list of datasets, over real HTTP against the built bundle. Without this app, a person copies
// a code from a URL, sends it with the client's secret, and sends the token to Power BI. Here one link and one request do this.
let app: BuiltApp;
beforeAll(async () => {
  app = await startBuiltApp({
    settings: { SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri },
    profilesFile: { profiles: { people: peopleProfile } },
    hostKey: 'a-host-key-that-no-person-has',
  });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), app.emulators.certificateAuthorityPem]);
}, 60_000);
afterAll(() => app.close());

/** What `curl --cookie jar --cookie-jar jar` does with cookies. */
function createCurl(): (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response> {
  const jar = new Map<string, string>();
  return async (path, headers = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${app.url}${path}`, { headers: { ...headers, cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      if (/; max-age=0(;|$)/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  };
}

const asScript = { 'X-Requested-With': 'curl' };

test('a person signs in, gets a token, lists their datasets, and signs out', async () => {
  const curl = createCurl();

  const begun = await curl('/api/auth/sign-in');
  expect(begun.status).toBe(302);
  const back = await signInAtEntra(new URL(begun.headers.get('location') ?? ''), seed.users.ada);
  expect(`${back.origin}${back.pathname}`).toBe(seed.personApp.redirectUri);
  // The registration names the usual port; this host took any that was free.
  const done = await curl(`${back.pathname}${back.search}`);
  expect([done.status, await done.json()]).toEqual([200, { signed_in: true, profile: 'people' }]);

  const token = await curl('/api/auth/token', asScript);
  expect([token.status, await token.json()]).toEqual([
    200,
    expect.objectContaining({ access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', profile: 'people' }),
  ]);

  const own = await curl('/api/datasets/people', asScript);
  expect([own.status, await own.json()]).toEqual([
    200,
    {
      '@odata.context': `${app.emulators.powerBi.url}/v1.0/myorg/$metadata#datasets`,
      value: [expect.objectContaining({ name: "Ada's own figures" })],
    },
  ]);
  const ofWorkspace = await curl(`/api/datasets/people?workspace=${seed.workspace.id}`, asScript);
  expect(await ofWorkspace.json()).toMatchObject({ value: [{ name: 'Sales' }, { name: 'Payroll' }] });

  await curl('/api/auth/sign-out');
  const after = await curl('/api/auth/token', asScript);
  expect([after.status, await after.json()]).toEqual([401, expect.objectContaining({ code: 'unauthorized' })]);
});

test('Power BI accepts the token of /auth/token', async () => {
  const curl = createCurl();
  const begun = await curl('/api/auth/sign-in');
  const back = await signInAtEntra(new URL(begun.headers.get('location') ?? ''), seed.users.ada);
  await curl(`${back.pathname}${back.search}`);
  const { access_token: token } = (await (await curl('/api/auth/token', asScript)).json()) as { access_token: string };
  const datasets = await fetch(`${app.emulators.powerBi.url}/v1.0/myorg/datasets`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(await datasets.json()).toMatchObject({ value: [{ name: "Ada's own figures" }] });
});

test('the cookies have every attribute, and no credential is in a URL or in the log', async () => {
  const begun = await fetch(`${app.url}/api/auth/sign-in`, { redirect: 'manual' });
  expect(begun.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-powerbi-sign-in-[\w-]{16}=[\w.-]+; max-age=600; path=\/; secure; samesite=lax; httponly$/,
    ),
  ]);
  const [line = ''] = begun.headers.getSetCookie();
  const sealed = /=([\w.-]+);/.exec(line)?.[1] ?? '';
  const [pair = ''] = line.split(';', 1);
  const back = await signInAtEntra(new URL(begun.headers.get('location') ?? ''), seed.users.ada);
  const done = await fetch(`${app.url}${back.pathname}${back.search}`, { headers: { cookie: pair } });
  const [cleared, session = ''] = done.headers.getSetCookie();
  expect(cleared).toMatch(/^__Host-powerbi-sign-in-[\w-]{16}=; max-age=0; path=\/; secure; samesite=lax; httponly$/);
  expect(session).toMatch(
    /^__Host-powerbi-session-people\.0=[\w.-]+; max-age=604800; path=\/; secure; samesite=lax; httponly$/,
  );
  const told = app.output();
  const secrets = [
    sealed,
    /=([\w.-]+);/.exec(session)?.[1] ?? '',
    back.searchParams.get('code') ?? '',
    seed.personApp.secret,
  ];
  expect(secrets.filter((secret) => secret === '' || told.includes(secret))).toEqual([]);
  expect(told).toContain('sign_in.issued');
});
