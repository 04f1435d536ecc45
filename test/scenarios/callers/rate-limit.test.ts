import { createBrowser } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { seed, startScenario } from '../../support/scenario.ts';
import { ADA, bearer, DAEMON, ENTRA_CALLERS, GRACE } from '../../support/entra-callers.ts';

const scenario = startScenario();

const LIMITED = { ...ENTRA_CALLERS, CALLER_RATE_PER_MINUTE: '2' } as const;

test('a caller over its limit gets Retry-After, and is served after it', async () => {
  const { token } = scenario.startApp({ settings: LIMITED });
  const ask = async () => token({ headers: await bearer(scenario, ADA) });

  const answers = [await ask(), await ask(), await ask()];
  const retryAfterSeconds = Number(answers[2]?.headers.get('retry-after'));
  scenario.clock.advance(retryAfterSeconds * 1000);
  answers.push(await ask());

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
  expect([29, 30]).toContain(retryAfterSeconds);
  expect(answers[2]?.body).toEqual({
    type: 'urn:powerbi-token-function:error:rate_limited',
    title: 'Too many requests from this caller',
    status: 429,
    detail: 'This caller has reached its limit of 2 requests a minute.',
    code: 'rate_limited',
    hint: expect.stringContaining('CALLER_RATE_PER_MINUTE'),
    error: 'temporarily_unavailable',
    error_description: 'This caller has reached its limit of 2 requests a minute.',
    request_id: expect.any(String),
  });
});

test('each caller has its own limit, with any of its tokens', async () => {
  const { token } = scenario.startApp({ settings: LIMITED });
  const statuses: number[] = [];
  for (const who of [ADA, ADA, ADA, { ...GRACE, roles: ['Token.Get'] }, DAEMON]) {
    statuses.push((await token({ headers: await bearer(scenario, who) })).status);
  }

  expect(statuses).toEqual([200, 200, 429, 200, 200]);
});

test('a forbidden request does not count against the limit', async () => {
  const { token } = scenario.startApp({ settings: LIMITED });
  const statuses: number[] = [];
  for (let count = 0; count < 4; count++) {
    statuses.push((await token({ headers: await bearer(scenario, {}) })).status);
  }

  expect(statuses).toEqual([403, 403, 403, 403]);
});

test('all holders of a function key share one limit', async () => {
  const { token } = scenario.startApp({ settings: { CALLER_RATE_PER_MINUTE: '2' } });

  const statuses = [(await token()).status, (await token()).status, (await token()).status];

  expect(statuses).toEqual([200, 200, 429]);
});

test('a signed-in person has their own limit, for tokens and lists of datasets together', async () => {
  const app = startPeopleApp(scenario, { settings: { CALLER_RATE_PER_MINUTE: '2' } });
  const [adas, graces] = [createBrowser(scenario.clock), createBrowser(scenario.clock)];
  await adas.signIn(app);
  await graces.signIn(app, { person: seed.users.grace });
  const askFor = (target: string) => adas.visit(app, target, { 'x-requested-with': 'fetch' });

  const answers = [
    await askFor('/api/auth/token'),
    await askFor('/api/datasets/people'),
    await askFor('/api/auth/token'),
    await askFor('/api/datasets/people'),
    await graces.fetchToken(app),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429, 200]);
  expect(answers.slice(2, 4).map(({ body }) => body['detail'])).toEqual(
    Array(2).fill('This caller has reached its limit of 2 requests a minute.'),
  );
});

test('without the setting there is no limit', async () => {
  const { token } = scenario.startApp();

  const answers = await Promise.all(Array.from({ length: 500 }, () => token()));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});
