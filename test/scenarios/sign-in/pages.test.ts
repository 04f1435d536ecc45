import { createHash } from 'node:crypto';
import type { Fault } from '../../../local/emulators/emulators.ts';
import { createBrowser, pathOf } from '../../support/browser.ts';
import { peopleProfile, startPeopleApp } from '../../support/people.ts';
import { startScenario, type TestAnswer } from '../../support/scenario.ts';

const scenario = startScenario();
/** The headers of Chromium for a navigation. */
const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
} as const;

const titleOf = ({ text }: TestAnswer): string | undefined => /<h1>(.*?)<\/h1>/.exec(text)?.[1];
const linkOf = ({ text }: TestAnswer): string | undefined => /<a href="(.*?)">/.exec(text)?.[1];
const textOf = ({ text }: TestAnswer): string | undefined => /<p>(.*?)<\/p>/.exec(text)?.[1];
const contentTypeOf = ({ headers }: TestAnswer): string | null => headers.get('content-type');
const HTML = 'text/html; charset=utf-8';

test('without return_to a person sees that they are signed in, and can reload the page', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  const page = await browser.visit(app, pathOf(back), BROWSER);
  const reloaded = await browser.visit(app, '/api/auth/callback', BROWSER);

  expect(
    [page, reloaded].map((answer) => [answer.status, contentTypeOf(answer), titleOf(answer), linkOf(answer)]),
  ).toEqual(Array(2).fill([200, HTML, 'You are signed in', 'sign-out?profile=people']));
});

test('the page runs one script, which removes code and state from the address bar', async () => {
  const page = await startPeopleApp(scenario).visit('/api/auth/callback?code=made-up-code&state=x', {
    headers: BROWSER,
  });

  const [, script = ''] = /<script>(.*?)<\/script>/.exec(page.text) ?? [];
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page.text) ?? [];
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(script).toBe("history.replaceState(null,'',location.pathname)");
  expect(page.headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(page.text).not.toContain('made-up-code');
});

test('a sign-in that failed is a page with a link to the next one', async () => {
  const target = '/api/auth/callback?code=made-up-code&state=x';
  const answer = await startPeopleApp(scenario).visit(target, { headers: BROWSER });

  expect([answer.status, contentTypeOf(answer), titleOf(answer), linkOf(answer)]).toEqual([
    400,
    HTML,
    'You are not signed in',
    expect.stringMatching(/^sign-in/),
  ]);
  expect(answer.text).toMatch(/<small>Request id: [\da-f-]{36}<\/small>/);
});

test.each([
  ['no profile signs people in', '/api/auth/sign-in', {}],
  ['the named profile does not exist', '/api/auth/sign-in?profile=unknown', { people: peopleProfile }],
  ['several profiles sign people in, and none is named', '/api/auth/sign-in', { a: peopleProfile, b: peopleProfile }],
  ['return_to is not allowed', '/api/auth/sign-in?return_to=//evil.example', { people: peopleProfile }],
  ['the named profile does not exist: sign-out', '/api/auth/sign-out?profile=unknown', { people: peopleProfile }],
])('a page without a sign-in has no link that leads to the same page: %s', async (_, target, profiles) => {
  const answer = await startPeopleApp(scenario, { profiles }).visit(target, { headers: BROWSER });

  expect([answer.status, titleOf(answer), textOf(answer), linkOf(answer)]).toEqual([
    400,
    'There is no sign-in at this address',
    'Open the application, and sign in or out from there. If you see this page again, give the request id to the operator of the application: the log says why.',
    undefined,
  ]);
  expect(answer.text).toMatch(/<small>Request id: [\da-f-]{36}<\/small>/);
});

/** A browser that Entra redirects back with a refusal. */
async function comeBackRefused(refusal: Readonly<Record<string, string>>): Promise<TestAnswer> {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  const query = new URLSearchParams({ ...refusal, state: back.searchParams.get('state') ?? '' });
  return browser.visit(app, `/api/auth/callback?${query.toString()}`, BROWSER);
}

test.each([
  ['AADSTS65001: not consented', 'AADSTS65001'],
  ['AADSTS65004: declined', 'AADSTS65004'],
  ['AADSTS90008: must require access', 'AADSTS90008'],
  ['AADSTS90093: only an administrator', 'AADSTS90093'],
  ['AADSTS90094: an administrator must consent', 'AADSTS90094'],
  ['AADSTS90095: an administrator must review', 'AADSTS90095'],
  ['AADSTS90099: not authorized in the tenant', 'AADSTS90099'],
  ['no code', 'consent_required'],
])('a refused consent says who can consent (%s)', async (description, code) => {
  const page = await comeBackRefused({ error: 'consent_required', error_description: `${description} <b>Ada</b>` });

  expect([page.status, titleOf(page), textOf(page)]).toEqual([
    401,
    'You are not signed in',
    `Entra did not complete the sign-in (${code}). This application needs consent. Give it yourself if your organization allows that, or ask an administrator of Microsoft Entra (a Cloud Application Administrator). Then sign in again.`,
  ]);
  expect(page.text).not.toContain('Ada');
});

test('a person who is not assigned to the application reads who can assign them', async () => {
  const page = await comeBackRefused({ error: 'interaction_required', error_description: 'AADSTS50105: not assigned' });

  expect([page.status, titleOf(page), textOf(page)]).toEqual([
    401,
    'You are not signed in',
    'Entra did not complete the sign-in (AADSTS50105). Your account is not assigned to this application. Ask the owner of the application in Microsoft Entra to assign you, then sign in again.',
  ]);
});

test('a person who declined reads that they are not signed in', async () => {
  const page = await comeBackRefused({ error: 'access_denied' });

  expect([page.status, titleOf(page), textOf(page), linkOf(page)]).toEqual([
    401,
    'You are not signed in',
    'Entra did not complete the sign-in (access_denied).',
    'sign-in?profile=people',
  ]);
});

test.each<[string, Fault, unknown[]]>([
  [
    'throttles',
    { kind: 'throttled', retryAfterSeconds: 60 },
    [
      503,
      '60',
      'A service that the app needs is not available',
      'The token issuer is not available (AADSTS90055): the tenant is throttled. Wait 60 seconds, then sign in again.',
    ],
  ],
  [
    'is not available',
    { kind: 'status', status: 503 },
    [
      503,
      '5',
      'A service that the app needs is not available',
      'The token issuer is not available (HTTP 503). If it happens again, give the request id to the operator of this application.',
    ],
  ],
  [
    'does not know the client secret',
    { kind: 'status', status: 401, body: { error: 'invalid_client', error_codes: [7000215] } },
    [
      502,
      null,
      'The issuer does not know the client secret',
      expect.stringMatching(
        /^The token issuer refused \(AADSTS7000215\): .*\. If it happens again, give the request id to the operator of this application\.$/,
      ),
    ],
  ],
])('a person who returns while Entra %s reads what to do', async (_what, fault, expected) => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  scenario.entra.failWith(fault);
  const page = await browser.visit(app, pathOf(back), BROWSER);
  scenario.entra.heal();

  expect([page.status, page.headers.get('retry-after'), titleOf(page), textOf(page)]).toEqual(expected);
  expect([contentTypeOf(page), linkOf(page)]).toEqual([HTML, 'sign-in?profile=people']);
});

test('a person whose response was already used reads so, with the same status as in JSON', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  back.searchParams.set('code', 'made-up-code');
  await browser.visit(app, pathOf(back), BROWSER);
  const page = await browser.visit(app, pathOf(back), BROWSER);

  expect([page.status, page.headers.get('retry-after'), titleOf(page), textOf(page)]).toEqual([
    429,
    expect.stringMatching(/^(59|60)$/),
    'Too many sign-ins',
    expect.stringMatching(
      /^The response to this sign-in was already used\. Wait (59|60) seconds, then sign in again\.$/,
    ),
  ]);
});

test('an app with faulty settings tells a browser that it is not set up, without a link to the same page', async () => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_RETURN_ORIGINS: 'not an origin' } });
  const page = await app.visit('/api/auth/sign-in', { headers: BROWSER });

  expect([page.status, contentTypeOf(page), titleOf(page), linkOf(page)]).toEqual([
    500,
    HTML,
    'The function app is not set up correctly',
    undefined,
  ]);
  expect(textOf(page)).toMatch(/SIGN_IN_RETURN_ORIGINS.*\. Give the request id to the operator of this application\.$/);
});

test('a person who signed out sees that they are signed out', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const page = await browser.visit(app, '/api/auth/sign-out', BROWSER);

  expect([page.status, titleOf(page), linkOf(page), browser.jar.header()]).toEqual([
    200,
    'You are signed out',
    'sign-in?profile=people',
    undefined,
  ]);
});

test.each([
  ['nothing', undefined, 'application/problem+json'],
  ['anything', '*/*', 'application/problem+json'],
  ['JSON', 'application/json', 'application/problem+json'],
  ['JSON more than a page', 'text/html;q=0.8, application/json', 'application/problem+json'],
  ['both equally', 'text/html, application/json', 'application/problem+json'],
  ['a page and everything equally', 'text/html, */*', 'application/problem+json'],
  ['a page more than JSON', 'application/json;q=0.5, TEXT/HTML', HTML],
  ['a page with the lowest q', 'text/html;q=0.001', HTML],
  ['no page', 'text/html;q=0', 'application/problem+json'],
])('a client that accepts %s gets the format that it prefers', async (_, accept, contentType) => {
  const answer = await startPeopleApp(scenario).visit('/api/auth/callback', {
    headers: accept === undefined ? {} : { accept },
  });

  expect(contentTypeOf(answer)).toBe(contentType);
});

test('the token route answers a browser with JSON', async () => {
  const answer = await startPeopleApp(scenario).visit('/api/auth/token', { headers: BROWSER });

  expect([answer.status, contentTypeOf(answer)]).toEqual([401, 'application/problem+json']);
});
