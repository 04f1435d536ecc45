import { decodeJwt } from 'jose';
import { eventually } from '../support/eventually.ts';
import { startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();

const HOUR_MS = 3_600_000;

/** The real remaining lifetime of the token, by its own `exp` and the world's clock. */
async function secondsReallyLeft({ token }: TestApp): Promise<number> {
  const { status, body } = await token();
  expect(status).toBe(200);
  const left = (decodeJwt(String(body['access_token'])).exp ?? 0) - scenario.clock.worldNowMs() / 1000;
  expect(body['expires_in']).toBeLessThanOrEqual(Math.ceil(left) + 1);
  return left;
}

test('a clock that is set forward by hours causes a new token, and no error', async () => {
  const app = scenario.startApp();
  const first = await app.token();
  scenario.clock.jumpWall(5 * HOUR_MS);
  const second = await app.token();
  expect(second.body['access_token']).not.toBe(first.body['access_token']);
  expect(second.body).toMatchObject({ expires_in: 3598 });
  scenario.clock.jumpWall(-5 * HOUR_MS);
});

test("a clock that is set back does not extend a token's lifetime", async () => {
  const app = scenario.startApp();
  const { body: first } = await app.token();
  scenario.clock.jumpWall(-24 * HOUR_MS);
  scenario.clock.advance(1_000_000);
  const { body: later } = await app.token();
  expect(later).toMatchObject({ access_token: first['access_token'], expires_in: 2598 });
  // The instant of expiry and the remaining seconds describe the same lifetime.
  const inSeconds = Number(later['expires_on']) - scenario.clock.now().wallMs / 1000;
  expect(Math.abs(inSeconds - 2598)).toBeLessThan(3);
  expect(app.log.at(-1)).toMatchObject({ event: 'token.issued', expires_on: later['expires_on'] });
  scenario.clock.advance(2_600_000);
  const { status, body: last } = await app.token();
  expect(status).toBe(200);
  expect(last['access_token']).not.toBe(first['access_token']);
  expect(last).toMatchObject({ expires_in: 3598 });
  scenario.clock.jumpWall(24 * HOUR_MS);
});

test('a clock that is set forward while the issuer answers causes one more request, and no error', async () => {
  const app = scenario.startApp();
  scenario.entra.reset();
  scenario.entra.failWith(scenario.clock.slow(300), { times: 1 });
  const answer = app.token();
  await eventually(() => scenario.entra.requests.length === 1);
  scenario.clock.jumpWall(2 * HOUR_MS);
  expect((await answer).body).toMatchObject({ token_type: 'Bearer', expires_in: 3598 });
  expect(scenario.entra.requests.length).toBe(2);
  scenario.clock.jumpWall(-2 * HOUR_MS);
});

test('however the clock is set over hours, no expired token is served, and no caller sees an error', async () => {
  const app = scenario.startApp();
  scenario.entra.reset();
  const jumps = [0, 1, -3, 25, -40, 0.01, -0.01, 0];
  const left: number[] = [];
  for (const jumpHours of jumps) {
    scenario.clock.jumpWall(jumpHours * HOUR_MS);
    for (let step = 0; step < 6; step++) {
      left.push(await secondsReallyLeft(app));
      await scenario.clock.idle();
      scenario.clock.advance(700_000);
    }
  }
  scenario.clock.jumpWall(-HOUR_MS * jumps.reduce((sum, jump) => sum + jump, 0));
  expect(Math.min(...left)).toBeGreaterThan(0);
  // The tokens were refreshed: in these hours every token without a refresh has expired.
  expect(scenario.entra.requests.length).toBeGreaterThan(8);
});

test('a clock that is set back does not extend the time for which a refusal is remembered', async () => {
  const app = scenario.startApp();
  scenario.entra.failWith({ kind: 'status', status: 400, body: { error: 'invalid_scope' } }, { times: 1 });
  expect((await app.token()).status).toBe(502);
  scenario.clock.jumpWall(-HOUR_MS);
  scenario.clock.advance(11_000);
  expect((await app.token()).status).toBe(200);
  scenario.clock.jumpWall(HOUR_MS);
});

test('readiness checks again although the clock was set back', async () => {
  const app = scenario.startApp();
  await app.readiness();
  scenario.powerBi.reset();
  scenario.clock.jumpWall(-HOUR_MS);
  scenario.clock.advance(31_000);
  await app.readiness();
  expect(scenario.powerBi.requests.length).toBe(1);
  scenario.clock.jumpWall(HOUR_MS);
});
