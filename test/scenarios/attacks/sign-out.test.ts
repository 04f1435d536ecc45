import { createBrowser } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { startScenario } from '../../support/scenario.ts';

const scenario = startScenario();
const FRIEND = 'https://app.contoso.example';

test.each([
  ['a link on another site', { 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/' }],
  ['a link without a Referer', { 'sec-fetch-site': 'cross-site' }],
  ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a form of a page without an origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  [
    'a link of a site whose name begins like ours',
    { 'sec-fetch-site': 'cross-site', referer: `${FRIEND}.evil.example/` },
  ],
])('%s does not sign a person out', async (_, headers) => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_RETURN_ORIGINS: FRIEND } });
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);

  const { status, body, cookies } = await browser.visit(app, '/api/auth/sign-out', headers);

  expect([status, body['code'], body['detail'], cookies]).toEqual([
    400,
    'invalid_request',
    'Another site requested the sign-out.',
    [],
  ]);
  expect((await browser.fetchToken(app)).status).toBe(200);
  expect(app.log.find(({ event }) => event === 'sign_out.refused')).toMatchObject({ reason: 'cross-site navigation' });
});

test.each([
  ['a URL that the person typed', { 'sec-fetch-site': 'none' }],
  ['a page of this site', { 'sec-fetch-site': 'same-origin' }],
  ['a page of a sibling host', { 'sec-fetch-site': 'same-site' }],
  ['a link on an allowed site', { 'sec-fetch-site': 'cross-site', referer: `${FRIEND}/bye` }],
  ['a form of an allowed site', { 'sec-fetch-site': 'cross-site', origin: FRIEND }],
  ['a client that is not a browser', {}],
])('%s signs a person out', async (_, headers) => {
  const app = startPeopleApp(scenario, { settings: { SIGN_IN_RETURN_ORIGINS: FRIEND } });
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);

  expect((await browser.visit(app, '/api/auth/sign-out', headers)).status).toBe(200);
  expect(browser.jar.header()).toBeUndefined();
});

test('a person can sign out during an outage of Key Vault', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const fresh = startPeopleApp(scenario);
  scenario.keyVault.failWith({ kind: 'status', status: 403, body: {} });

  const { status } = await browser.visit(fresh, '/api/auth/sign-out');
  scenario.keyVault.reset();

  expect([status, browser.jar.header()]).toEqual([200, undefined]);
});
