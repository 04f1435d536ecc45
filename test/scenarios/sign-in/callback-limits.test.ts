import { createBrowser, locationOf, pathOf, type Browser } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';

const MOST_OF_STRANGERS = 200;
const MOST_OF_A_NETWORK = 60;

const scenario = startScenario({ standsStill: true });
beforeEach(() => {
  scenario.entra.reset();
});

/** The platform appends the last hop; a client can set the hops before it. */
const from = (network: string): Record<string, string> => ({ 'x-forwarded-for': `198.51.100.9, ${network}:50123` });

/** A sign-in of an unknown client that then returns with an invented response. */
async function beginAsStranger(
  app: TestApp,
  network = '203.0.113.1',
): Promise<(answer: Readonly<Record<string, string>>) => Promise<TestAnswer>> {
  const browser = createBrowser(scenario.clock);
  const state = locationOf(await browser.visit(app, '/api/auth/sign-in')).searchParams.get('state') ?? '';
  return (answer) =>
    browser.visit(app, `/api/auth/callback?${new URLSearchParams({ ...answer, state }).toString()}`, from(network));
}

function countRedeemed(): number {
  return scenario.entra.requests.filter(
    ({ body }) => new URLSearchParams(body).get('grant_type') === 'authorization_code',
  ).length;
}

test('a browser that keeps sending invented codes does not block other people', async () => {
  const app = startPeopleApp(scenario);
  const comeBack = await beginAsStranger(app);
  const answers: TestAnswer[] = [];
  for (let index = 0; index <= MOST_OF_STRANGERS; index++) answers.push(await comeBack({ code: `made-up-${index}` }));
  const [first, second] = answers;
  expect([first?.status, first?.body['code'], countRedeemed()]).toEqual([401, 'interaction_required', 1]);
  expect([second?.status, second?.headers.get('retry-after'), second?.body]).toEqual([
    429,
    '60',
    {
      type: 'urn:powerbi-token-function:error:rate_limited',
      title: 'Too many requests from this caller',
      status: 429,
      detail: 'The response to this sign-in was already used.',
      code: 'rate_limited',
      hint: 'Sign in again: /api/auth/sign-in. Reloading this page does not help.',
      request_id: expect.any(String),
    },
  ]);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});

test('a response without a code to redeem does not count', async () => {
  const app = startPeopleApp(scenario);
  const comeBack = await beginAsStranger(app);
  for (let index = 0; index <= MOST_OF_STRANGERS; index++) {
    expect((await comeBack({ error: 'access_denied' })).status).toBe(401);
  }
  expect(countRedeemed()).toBe(0);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});

test('a network uses up only its own limit', async () => {
  const app = startPeopleApp(scenario);
  const statuses: number[] = [];
  for (let index = 0; index <= MOST_OF_A_NETWORK; index++) {
    const comeBack = await beginAsStranger(app, '203.0.113.7');
    statuses.push((await comeBack({ code: `made-up-${index}` })).status);
  }
  const own = await (await beginAsStranger(app, '203.0.113.7'))({ code: 'made-up-code' });

  expect([statuses.filter((status) => status === 429).length, own.body['detail'], own.body['code']]).toEqual([
    1,
    'More than 60 sign-ins came from your network in this minute.',
    'rate_limited',
  ]);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});

test('unknown clients of many networks together use up their limit, and networks with an earlier sign-in keep theirs', async () => {
  const app = startPeopleApp(scenario);
  const office = '192.0.2.10';
  const known = createBrowser(scenario.clock);
  const comeBack = async (browser: Browser, network: string): Promise<TestAnswer> =>
    browser.visit(app, pathOf(await browser.goToEntra(app)), from(network));
  expect((await comeBack(known, office)).status).toBe(200);

  const stranger = createBrowser(scenario.clock);
  const back = await stranger.goToEntra(app);
  for (let index = 0; index < MOST_OF_STRANGERS; index++) {
    await (
      await beginAsStranger(app, `203.0.113.${index}`)
    )({ code: `made-up-${index}` });
  }
  const refused = await stranger.visit(app, pathOf(back), from('203.0.113.250'));

  expect([refused.status, refused.headers.get('retry-after'), refused.cookies, refused.body['detail']]).toEqual([
    429,
    '1',
    [],
    'More than 200 sign-ins came in this minute.',
  ]);
  expect((await comeBack(createBrowser(scenario.clock), office)).status).toBe(200);
  scenario.clock.advance(1_000);
  expect((await comeBack(createBrowser(scenario.clock), '203.0.113.251')).status).toBe(200);
});

test('reloading a failed callback sends no request to Entra, and does not count', async () => {
  const app = startPeopleApp(scenario);
  const comeBack = await beginAsStranger(app);
  const first = await comeBack({ code: 'made-up-code' });
  const reloaded: TestAnswer[] = [];
  for (let index = 0; index < 2 * MOST_OF_STRANGERS; index++) reloaded.push(await comeBack({ code: 'made-up-code' }));

  expect([first.status, new Set(reloaded.map(({ status }) => status)), countRedeemed()]).toEqual([
    401,
    new Set([429]),
    1,
  ]);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});
