import { seed, startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function expireIn(days: number): void {
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret, {
    expiresOn: new Date(scenario.clock.now().wallMs + days * DAY_MS),
  });
}

async function serveHours(app: TestApp, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    await app.token();
    await scenario.clock.idle();
    scenario.clock.advance(HOUR_MS);
  }
}

function warnings({ log }: TestApp): unknown[] {
  return log.filter(({ event }) => event === 'secret.near_expiry');
}

async function keyVaultCheck(app: TestApp): Promise<unknown> {
  return ((await app.readiness()).body['checks'] as Record<string, unknown[]>)['key-vault']?.[0];
}

test('from thirty days before its expiry a secret causes one warning a day, although tokens are requested every hour', async () => {
  expireIn(29.9);
  const app = scenario.startApp();
  await serveHours(app, 49);
  const warning = {
    event: 'secret.near_expiry',
    secret: seed.app.secretName,
    hint: expect.stringContaining('--expires'),
  };
  expect(warnings(app)).toEqual([
    { ...warning, days_left: 29 },
    { ...warning, days_left: 28 },
    { ...warning, days_left: 27 },
  ]);
});

test('earlier than thirty days neither the log nor readiness warns, and once a day the log has the remaining days', async () => {
  expireIn(32.5);
  const app = scenario.startApp();
  await serveHours(app, 47);
  expect(warnings(app)).toEqual([]);
  const line = { event: 'secret.expiry', secret: seed.app.secretName };
  expect(app.dailyLog).toEqual([
    { ...line, days_left: 32 },
    { ...line, days_left: 31 },
  ]);
  expect(await keyVaultCheck(app)).toEqual({
    status: 'pass',
    time: expect.any(String),
    secretExpiresInDays: 30,
    output: 'The secret "powerbi-client-secret" expires in 30 days.',
  });
});

test('readiness has the remaining days', async () => {
  expireIn(7.5);
  expect(await keyVaultCheck(scenario.startApp())).toEqual({
    status: 'warn',
    time: expect.any(String),
    secretExpiresInDays: 7,
    output: 'The secret "powerbi-client-secret" expires in 7 days.',
    hint: expect.stringContaining('Nothing needs to be restarted.'),
  });
});

test('readiness reports a secret without an expiry date, because no warning can come before it expires', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret);
  expect(await keyVaultCheck(scenario.startApp())).toEqual({
    status: 'pass',
    time: expect.any(String),
    output:
      'The secret "powerbi-client-secret" can be read. It has no expiry date in Key Vault, so no check can warn before it expires.',
    hint: expect.stringContaining('--expires'),
  });
});
