import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { eventually } from '../support/eventually.ts';
import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();

test('a thousand callers of an expiring token cause one refresh, and no caller waits for it', async () => {
  const { token, log } = scenario.startApp();
  const first = await token();
  scenario.clock.advance(3_400_000);
  resetAll(scenario);
  scenario.entra.failWith(scenario.clock.slow(3_000), { times: 1 });
  log.length = 0;

  const answers = await Promise.all(Array.from({ length: 1000 }, () => token()));
  expect(new Set(answers.map(({ body }) => body['access_token']))).toEqual(new Set([first.body['access_token']]));
  expect(new Set(log.map(({ cache }) => cache))).toEqual(new Set(['hit']));
  // The issuer has not answered yet, and all callers have been served.
  expect(scenario.entra.requests.map(({ status }) => status)).toEqual([undefined]);

  await eventually(() => scenario.entra.requests[0]?.status === 200);
  await scenario.clock.idle();
  const afterwards = await token();
  expect(afterwards.body['access_token']).not.toBe(first.body['access_token']);
  // The lifetime counts from the request, although the answer came three seconds later.
  const askedAtSeconds = Math.floor((scenario.entra.requests[0]?.atMs ?? 0) / 1000);
  expect(afterwards.body['expires_on']).toBeLessThanOrEqual(askedAtSeconds + 3599);
  expect(countAsked(scenario)).toEqual(asked({ tokenRequests: 1 }));
});

test('a thousand callers of an expired token wait for one token request together', async () => {
  // It expires well before the secret is due for a new read.
  scenario.entra.tokenLifetimeSeconds = 1800;
  const { token } = scenario.startApp();
  const first = await token();
  scenario.clock.advance(1_800_000);
  resetAll(scenario);

  const answers = await Promise.all(Array.from({ length: 1000 }, () => token()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers.map(({ body }) => body['access_token'])).not.toContain(first.body['access_token']);
  expect(countAsked(scenario)).toEqual(asked({ tokenRequests: 1 }));
});
