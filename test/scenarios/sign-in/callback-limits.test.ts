import { createBrowser, locationOf, pathOf } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';

const MOST_OF_AN_INSTANCE = 300;

const scenario = startScenario({ standsStill: true });
beforeEach(() => {
  scenario.entra.reset();
});

/** A sign-in of a stranger, who then comes back with an answer of their own making. */
async function beginAsStranger(
  app: TestApp,
): Promise<(answer: Readonly<Record<string, string>>) => Promise<TestAnswer>> {
  const browser = createBrowser(scenario.clock);
  const state = locationOf(await browser.visit(app, '/api/auth/sign-in')).searchParams.get('state') ?? '';
  return (answer) => browser.visit(app, `/api/auth/callback?${new URLSearchParams({ ...answer, state }).toString()}`);
}

function countRedeemed(): number {
  return scenario.entra.requests.filter(
    ({ body }) => new URLSearchParams(body).get('grant_type') === 'authorization_code',
  ).length;
}

test('one browser that comes back again and again with made-up codes stops nobody', async () => {
  const app = startPeopleApp(scenario);
  const comeBack = await beginAsStranger(app);
  const answers: TestAnswer[] = [];
  for (let index = 0; index <= MOST_OF_AN_INSTANCE; index++) answers.push(await comeBack({ code: `made-up-${index}` }));
  const [first, second] = answers;
  expect([first?.status, first?.body['code'], countRedeemed()]).toEqual([401, 'interaction_required', 1]);
  expect([second?.status, second?.headers.get('retry-after'), second?.body]).toEqual([
    429,
    '60',
    {
      type: 'urn:powerbi-token-function:error:rate_limited',
      title: 'Too many requests from this caller',
      status: 429,
      detail: 'The answer to this sign-in has been tried in this minute already.',
      code: 'rate_limited',
      hint: 'Begin again at /api/auth/sign-in.',
      request_id: expect.any(String),
    },
  ]);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});

test('an answer that redeems nothing costs nothing', async () => {
  const app = startPeopleApp(scenario);
  const comeBack = await beginAsStranger(app);
  for (let index = 0; index <= MOST_OF_AN_INSTANCE; index++) {
    expect((await comeBack({ error: 'access_denied' })).status).toBe(401);
  }
  expect(countRedeemed()).toBe(0);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});

test('an instance redeems so many codes a minute and no more, says so, and goes on after Retry-After', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  for (let index = 0; index < MOST_OF_AN_INSTANCE; index++) {
    const comeBack = await beginAsStranger(app);
    expect((await comeBack({ code: `made-up-${index}` })).status).toBe(401);
  }
  const refused = await browser.visit(app, pathOf(back));
  expect([refused.status, refused.headers.get('retry-after'), refused.cookies, refused.body]).toEqual([
    429,
    '1',
    [],
    {
      type: 'urn:powerbi-token-function:error:rate_limited',
      title: 'Too many requests from this caller',
      status: 429,
      detail: 'This instance has redeemed its 300 sign-ins for this minute.',
      code: 'rate_limited',
      hint: expect.stringMatching(/^Begin again at \/api\/auth\/sign-in once Retry-After has passed\./),
      request_id: expect.any(String),
    },
  ]);
  expect(countRedeemed()).toBe(MOST_OF_AN_INSTANCE);
  const elsewhere = startPeopleApp(scenario);
  expect((await createBrowser(scenario.clock).signIn(elsewhere)).status).toBe(200);
  scenario.clock.advance(1_000);
  expect((await createBrowser(scenario.clock).signIn(app)).status).toBe(200);
});
