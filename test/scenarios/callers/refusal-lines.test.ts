import { createBrowser } from '../../support/browser.ts';
import { ADA, bearer, DAEMON, ENTRA_CALLERS } from '../../support/entra-callers.ts';
import { startPeopleApp } from '../../support/people.ts';
import { seed, startScenario, type TestApp } from '../../support/scenario.ts';

const scenario = startScenario({ standsStill: true });
const start = (): TestApp => scenario.startApp({ settings: ENTRA_CALLERS });
const times = async (count: number, run: () => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done++) await run();
};
const eventsOf = ({ log }: TestApp): unknown[] => log.map(({ event, count, code }) => [event, code, count]);
const LINE = ['token.refused', 'unauthorized', undefined];

test('of many requests without credentials the first of each minute is logged, and one line counts the others', async () => {
  const app = start();
  await times(100, () => app.token());
  scenario.clock.advance(60_000);
  await times(50, () => app.token());
  scenario.clock.advance(60_000);
  await app.request('health');

  expect(eventsOf(app)).toEqual([
    LINE,
    ['refusals.counted', 'unauthorized', 99],
    LINE,
    ['refusals.counted', 'unauthorized', 49],
  ]);
  expect(app.log[1]).toEqual({ event: 'refusals.counted', refused: 'token.refused', code: 'unauthorized', count: 99 });
});

test('requests with invalid credentials get up to sixty lines a minute', async () => {
  const app = start();
  await times(70, () => app.token({ headers: { authorization: 'Bearer not-a-token-at-all' } }));
  scenario.clock.advance(60_000);
  await app.token();

  expect(eventsOf(app)).toEqual([...Array<unknown>(60).fill(LINE), ['refusals.counted', 'unauthorized', 10], LINE]);
});

test('every refusal of a known caller is logged', async () => {
  const app = start();
  const headers = await bearer(scenario, { ...DAEMON, roles: [] });
  await times(70, () => app.token({ headers }));

  expect(eventsOf(app)).toEqual(Array(70).fill(['token.refused', 'forbidden', undefined]));
});

test.each([
  ['/api/auth/callback?code=made-up-code&state=made-up', 'sign_in.refused', 'invalid_request'],
  ['/api/auth/sign-in?profile=made-up', 'sign_in_start.refused', 'invalid_request'],
  ['/api/auth/sign-out?profile=made-up', 'sign_out.refused', 'invalid_request'],
  ['/api/auth/token', 'token.refused', 'unauthorized'],
])('many requests with %s cause one line', async (target, event, code) => {
  const app = startPeopleApp(scenario);
  await times(20, () => app.visit(target));

  expect(eventsOf(app)).toEqual([[event, code, undefined]]);
});

test('a minute without refusals has no line', async () => {
  const app = start();
  await app.token();
  scenario.clock.advance(60_000);
  await app.request('health');

  expect(eventsOf(app)).toEqual([LINE]);
});

test('each refusal of readiness has a line, and a readiness report has none', async () => {
  const app = scenario.startApp({ settings: ENTRA_CALLERS });
  const headers = await bearer(scenario, { ...DAEMON, roles: [] });

  await app.request('readiness', { headers });
  await app.request('readiness', { headers: await bearer(scenario, { ...ADA, roles: ['Token.Get'] }) });

  expect(app.log).toEqual([
    expect.objectContaining({ event: 'readiness.refused', code: 'forbidden', reason: expect.any(String) }),
  ]);
});

test('a sign-in and a sign-out have a line each, with the person', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  await browser.visit(app, '/api/auth/sign-out');

  const caller = `${seed.tenantId}/${seed.users.ada.oid}`;
  expect(app.log.map(({ event, outcome, profile, caller }) => ({ event, outcome, profile, caller }))).toEqual([
    { event: 'sign_in.issued', outcome: 'issued', profile: 'people', caller },
    { event: 'sign_out.issued', outcome: 'issued', profile: 'people', caller },
  ]);
});
