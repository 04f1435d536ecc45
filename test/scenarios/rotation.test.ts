import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { eventually } from '../support/eventually.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
let secret: string = seed.app.secret;
beforeEach(() => {
  resetAll(scenario);
  scenario.entra.tokenLifetimeSeconds = 3599;
});

const registration = { tenantId: seed.tenantId, clientId: seed.app.clientId };

/** The steps of an operator: add the new secret in Entra, store it in the vault, remove the old one from Entra. */
function rotate(next: string): void {
  scenario.entra.addSecret(registration, next);
  scenario.keyVault.setSecret(seed.app.secretName, next);
  scenario.entra.removeSecret(registration, secret);
  secret = next;
}

function askMany({ token }: TestApp, count: number): Promise<TestAnswer[]> {
  return Promise.all(Array.from({ length: count }, () => token()));
}

function statuses(answers: readonly TestAnswer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))];
}

test('a rotation under load causes one refusal, one read of the secret and one more attempt, and no caller notices', async () => {
  const app = scenario.startApp();
  const held = await app.token();
  scenario.clock.advance(2_900_000);
  rotate('the second secret: +/=%&');
  resetAll(scenario);

  const during = await askMany(app, 1000);
  await eventually(() => scenario.entra.requests.at(-1)?.status === 200);
  await scenario.clock.idle();
  const after = await askMany(app, 1000);

  expect(statuses([...during, ...after])).toEqual([200]);
  expect(new Set(during.map(({ body }) => body['access_token']))).toEqual(new Set([held.body['access_token']]));
  expect(new Set(after.map(({ body }) => body['access_token'])).size).toBe(1);
  expect(after[0]?.body['access_token']).not.toBe(held.body['access_token']);
  expect(scenario.entra.requests.map(({ status }) => status)).toEqual([401, 200]);
  expect(countAsked(scenario)).toEqual(asked({ secretReads: 1, tokenRequests: 2 }));
  expect(app.log.filter(({ event }) => event !== 'token.issued')).toEqual([]);
});

test('a rotation when a token has just expired is not noticed by a thousand waiting callers', async () => {
  // It expires well before the secret is due for a new read.
  scenario.entra.tokenLifetimeSeconds = 1800;
  const app = scenario.startApp();
  await app.token();
  scenario.clock.advance(1_800_000);
  rotate('the third secret, a little longer');
  resetAll(scenario);
  expect(statuses(await askMany(app, 1000))).toEqual([200]);
  expect(countAsked(scenario)).toEqual(asked({ secretReads: 1, tokenRequests: 2 }));
});

test('a new secret in the vault is found within the hour, and the token is renewed with it before the old secret is refused', async () => {
  scenario.entra.tokenLifetimeSeconds = 14_400;
  const app = scenario.startApp({ random: () => 0 });
  const held = await app.token();
  const next = 'the fourth secret, found in time';
  scenario.entra.addSecret(registration, next);
  scenario.keyVault.setSecret(seed.app.secretName, next);

  // The token is due: its refresh uses the cached old secret and starts a read of the new one.
  scenario.clock.advance(11_521_000);
  resetAll(scenario);
  await app.token();
  await eventually(() => countAsked(scenario).secretReads === 1 && countAsked(scenario).tokenRequests === 1);
  await scenario.clock.idle();
  const second = await app.token();
  await eventually(() => countAsked(scenario).tokenRequests === 2);
  await scenario.clock.idle();
  const third = await app.token();

  expect(new Set([held, second, third].map(({ body }) => body['access_token'])).size).toBe(3);
  expect(scenario.entra.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'))).toEqual([
    secret,
    next,
  ]);
  scenario.entra.removeSecret(registration, secret);
  secret = next;
});
