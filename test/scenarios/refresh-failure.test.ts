import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.entra.tokenLifetimeSeconds = 3600;
});

const REFUSED = {
  kind: 'status',
  status: 400,
  body: { error: 'unauthorized_client', error_codes: [7000112], error_description: 'AADSTS7000112: disabled.' },
} as const;

test('while refreshes fail, the valid token is served, and the pauses between them grow', async () => {
  const { token, log } = scenario.startApp({ random: () => 0.5 });
  const held = await token();
  scenario.clock.advance(2_881_000);
  scenario.entra.reset();
  scenario.entra.failWith(REFUSED);
  log.length = 0;

  const askedAfterSeconds: number[] = [];
  for (const waitSeconds of [0, 4, 4, 6, 6, 15, 15, 35, 35, 70, 70]) {
    scenario.clock.advance(waitSeconds * 1000);
    const asked = scenario.entra.requests.length;
    expect((await token()).body['access_token']).toBe(held.body['access_token']);
    await scenario.clock.idle();
    askedAfterSeconds.push(scenario.entra.requests.length - asked);
  }
  // Without jitter the pauses are 10 (the time that a refusal is remembered), 10, 20, 40, 80 and 160 seconds.
  expect(askedAfterSeconds).toEqual([1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  expect(log.filter(({ event }) => event === 'cache.refresh_failed')).toEqual(
    Array.from({ length: 5 }, () => ({
      event: 'cache.refresh_failed',
      key: expect.stringContaining('client_credentials'),
      code: 'issuer_rejected',
      detail: 'The token issuer refused (AADSTS7000112): the application is disabled in this tenant.',
      hint: expect.stringContaining('Enabled for users to sign-in?'),
      stage: 'issuer',
      upstream_code: 'AADSTS7000112',
    })),
  );
});

test('a token is served until it expires, then callers get the outage with Retry-After', async () => {
  const { token } = scenario.startApp();
  const held = await token();
  scenario.clock.advance(3_500_000);
  scenario.entra.failWith({ kind: 'status', status: 503, headers: { 'retry-after': '30' } });
  expect((await token()).body['access_token']).toBe(held.body['access_token']);
  await scenario.clock.idle();

  scenario.clock.advance(70_000);
  expect((await token()).body['access_token']).toBe(held.body['access_token']);
  await scenario.clock.idle();

  scenario.clock.advance(60_000);
  const { status, headers, body } = await token();
  expect({ status, retryAfter: headers.get('Retry-After'), code: body['code'], error: body['error'] }).toEqual({
    status: 503,
    retryAfter: '30',
    code: 'upstream_unavailable',
    error: 'temporarily_unavailable',
  });

  scenario.entra.heal();
  scenario.clock.advance(31_000);
  expect((await token()).body).toMatchObject({ token_type: 'Bearer', profile: 'default' });
});

test('a caller whose token is about to expire waits only briefly for a silent issuer', async () => {
  const { token } = scenario.startApp();
  const held = await token();
  scenario.clock.advance(3_585_000);
  scenario.entra.failWith(scenario.clock.silent());
  const askedAtMs = performance.now();
  const { status, body } = await token();
  expect([status, body['access_token']]).toEqual([200, held.body['access_token']]);
  // Three seconds, plus a reserve for a busy machine.
  expect(performance.now() - askedAtMs).toBeLessThan(6_000);
  scenario.entra.heal();
  await scenario.clock.idle();
});

test('a refresh that succeeds after failures ends the pauses', async () => {
  const { token } = scenario.startApp({ random: () => 0.5 });
  const held = await token();
  scenario.clock.advance(2_881_000);
  scenario.entra.failWith(REFUSED, { times: 1 });
  await token();
  await scenario.clock.idle();
  scenario.clock.advance(11_000);
  await token();
  await scenario.clock.idle();
  const newer = await token();
  expect(newer.body['access_token']).not.toBe(held.body['access_token']);
  expect(newer.body).toMatchObject({ expires_in: expect.any(Number), refresh_in: expect.any(Number) });

  scenario.entra.reset();
  scenario.clock.advance(2_881_000);
  await token();
  await scenario.clock.idle();
  expect(scenario.entra.requests.length).toBe(1);
});
