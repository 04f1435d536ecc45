import { createHash } from 'node:crypto';
import { createBrowser, pathOf } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { startScenario, type TestAnswer } from '../../support/scenario.ts';

const scenario = startScenario();
/** What Chromium sends for a navigation. */
const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
} as const;

const titleOf = ({ text }: TestAnswer): string | undefined => /<h1>(.*?)<\/h1>/.exec(text)?.[1];
const linkOf = ({ text }: TestAnswer): string | undefined => /<a href="(.*?)">/.exec(text)?.[1];
const contentTypeOf = ({ headers }: TestAnswer): string | null => headers.get('content-type');
const HTML = 'text/html; charset=utf-8';

test('a person who signed in without a place to go reads so, and can reload the page', async () => {
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

test.each([
  ['/api/auth/callback?code=made-up-code&state=x', 400, 'You are not signed in'],
  ['/api/auth/sign-in?return_to=//evil.example', 400, 'You are not signed in'],
  ['/api/auth/sign-in?profile=nobody', 400, 'You are not signed in'],
  ['/api/auth/sign-out?profile=nobody', 400, 'You are not signed in'],
])('a problem at %s is a page with a link', async (target, status, title) => {
  const answer = await startPeopleApp(scenario).visit(target, { headers: BROWSER });

  expect([answer.status, contentTypeOf(answer), titleOf(answer), linkOf(answer)]).toEqual([
    status,
    HTML,
    title,
    expect.stringMatching(/^sign-in/),
  ]);
  expect(answer.text).toMatch(/<small>Request id: [\da-f-]{36}<\/small>/);
});

test('a refused consent says who can consent', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  const query = new URLSearchParams({
    error: 'consent_required',
    error_description: 'AADSTS65001: The user or administrator has not consented. <b>Ada</b>',
    state: back.searchParams.get('state') ?? '',
  });
  const page = await browser.visit(app, `/api/auth/callback?${query.toString()}`, BROWSER);

  expect([page.status, page.text]).toEqual([401, expect.stringContaining('an administrator of Microsoft Entra')]);
  expect(page.text).not.toContain('Ada');
});

test('a person who signed out reads so', async () => {
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
  ['JSON rather than a page', 'text/html;q=0.8, application/json', 'application/problem+json'],
  ['both alike', 'text/html, application/json', 'application/problem+json'],
  ['a page and anything alike', 'text/html, */*', 'application/problem+json'],
  ['a page rather than JSON', 'application/json;q=0.5, TEXT/HTML', HTML],
  ['a page with the least q', 'text/html;q=0.001', HTML],
  ['no page', 'text/html;q=0', 'application/problem+json'],
])('a client that accepts %s gets what it asks for', async (_, accept, contentType) => {
  const answer = await startPeopleApp(scenario).visit('/api/auth/callback', {
    headers: accept === undefined ? {} : { accept },
  });

  expect(contentTypeOf(answer)).toBe(contentType);
});

test('the token route answers a browser in JSON', async () => {
  const answer = await startPeopleApp(scenario).visit('/api/auth/token', { headers: BROWSER });

  expect([answer.status, contentTypeOf(answer)]).toEqual([401, 'application/problem+json']);
});
