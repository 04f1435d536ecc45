import { startScenario, type TestRequest } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.entra.tokenLifetimeSeconds = 3599;
});

const json = { 'content-type': 'application/json; charset=utf-8' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const inQuery = (minTtl: number): TestRequest => ({ query: `?min_ttl=${minTtl}` });

const WAYS: readonly [string, TestRequest][] = [
  ['the query', inQuery(3000)],
  ['the query of a POST', { method: 'POST', query: '?min_ttl=3000' }],
  ['a JSON body as a number', { method: 'POST', headers: json, body: '{"min_ttl":3000}' }],
  ['a JSON body as digits', { method: 'POST', headers: json, body: '{"min_ttl":"3000","other":[1]}' }],
  [
    'the form of a stock OAuth client',
    { method: 'POST', headers: form, body: 'grant_type=client_credentials&client_id=x&min_ttl=3000' },
  ],
];

test.each(WAYS)('min_ttl in %s causes a new token if the cached one expires sooner', async (_, request) => {
  const { token } = scenario.startApp();
  const first = await token(request);
  const again = await token(request);
  scenario.clock.advance(700_000);
  const newer = await token(request);

  expect(again.body['access_token']).toBe(first.body['access_token']);
  expect(newer.body['access_token']).not.toBe(first.body['access_token']);
  expect(newer.body).toMatchObject({ expires_in: 3598 });
  expect(scenario.entra.requests.length).toBe(2);
});

test('a caller that asks for a shorter lifetime gets the token of another caller', async () => {
  const { token } = scenario.startApp();
  const held = await token();
  scenario.clock.advance(700_000);
  expect((await token(inQuery(2890))).body['access_token']).toBe(held.body['access_token']);
  const newer = await token(inQuery(2900));
  expect((await token()).body['access_token']).toBe(newer.body['access_token']);
  expect(scenario.entra.requests.length).toBe(2);
});

test('if even a new token lives shorter, it is returned, and returned again for thirty seconds', async () => {
  scenario.entra.tokenLifetimeSeconds = 600;
  const { token } = scenario.startApp();
  const first = await token(inQuery(3600));
  expect(first.body).toMatchObject({ expires_in: 599 });
  scenario.clock.advance(29_000);
  expect((await token(inQuery(3600))).body['access_token']).toBe(first.body['access_token']);
  scenario.clock.advance(2_000);
  const newer = await token(inQuery(3600));
  expect(newer.body['access_token']).not.toBe(first.body['access_token']);
  expect(scenario.entra.requests.length).toBe(2);
});

test('a thousand callers that ask for more than the cached token has cause one token request', async () => {
  const { token } = scenario.startApp();
  const held = await token();
  scenario.clock.advance(700_000);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => token(inQuery(3500))));
  const given = new Set(answers.map(({ body }) => body['access_token']));
  expect(given.size).toBe(1);
  expect(given).not.toContain(held.body['access_token']);
  expect(scenario.entra.requests.length).toBe(2);
});

test('the cached token is returned if a longer one is not available, without a request to the issuer for every caller', async () => {
  const { token } = scenario.startApp();
  const held = await token();
  scenario.clock.advance(700_000);
  scenario.entra.reset();
  scenario.entra.failWith({ kind: 'status', status: 503, headers: { 'retry-after': '60' } });
  const answers = await Promise.all(Array.from({ length: 100 }, () => token(inQuery(3500))));
  const next = await token(inQuery(3500));
  expect(new Set([...answers, next].map(({ body }) => body['access_token']))).toEqual(
    new Set([held.body['access_token']]),
  );
  expect(scenario.entra.requests.length).toBe(1);
});
