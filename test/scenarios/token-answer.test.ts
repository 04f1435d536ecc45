import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.tokenLifetimeSeconds = 3600;
});

test('an answer has the expiry of its token in every form that callers use', async () => {
  const { token } = scenario.startApp();
  scenario.entra.reset();
  const beforeSeconds = Math.floor(scenario.clock.now().wallMs / 1000);
  const { body, headers } = await token();
  const expiresOn = body['expires_on'] as number;

  expect(body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    token_type: 'Bearer',
    expires_in: 3599,
    expires_on: expiresOn,
    expires_at: new Date(expiresOn * 1000).toISOString(),
    refresh_in: 2879,
    scope: 'https://analysis.windows.net/powerbi/api/.default',
    profile: 'default',
  });
  expect(expiresOn - 3600 - beforeSeconds).toBeGreaterThanOrEqual(0);
  expect(expiresOn - 3600 - beforeSeconds).toBeLessThanOrEqual(1);
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  expect(
    scenario.entra.requests.map(({ method, path, body: form }) => ({ method, path, form: readForm(form) })),
  ).toEqual([
    {
      method: 'POST',
      path: `/${seed.tenantId}/oauth2/v2.0/token`,
      form: {
        grant_type: 'client_credentials',
        client_id: seed.app.clientId,
        client_secret: seed.app.secret,
        scope: 'https://analysis.windows.net/powerbi/api/.default',
      },
    },
  ]);
});

test('expires_in and refresh_in decrease with time, and the instant stays the same', async () => {
  const { token } = scenario.startApp();
  const { body: first } = await token();
  scenario.clock.advance(100_000);
  const { body: later } = await token();
  scenario.clock.advance(2_900_000);
  const { body: last } = await token();

  expect(later).toEqual({ ...first, expires_in: 3499, refresh_in: 2779 });
  expect(last).toEqual({ ...first, expires_in: 599, refresh_in: 0 });
});

test('refresh_in is less than expires_in until both are 0, and neither is negative', async () => {
  scenario.entra.tokenLifetimeSeconds = 3;
  const { token } = scenario.startApp();
  const seen: unknown[] = [];
  for (const waitMs of [0, 900, 900]) {
    scenario.clock.advance(waitMs);
    const { body } = await token();
    seen.push([body['expires_in'], body['refresh_in']]);
  }
  expect(seen).toEqual([
    [2, 1],
    [2, 1],
    [1, 0],
  ]);
});

test('every issued token has one flat audit line, with only a fingerprint of the token', async () => {
  const { token, log } = scenario.startApp();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await token();
  await token({ headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  const line = {
    event: 'token.issued',
    outcome: 'issued',
    profile: 'default',
    caller: 'key',
    duration_ms: expect.any(Number),
    request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    token_fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
    token_uti: expect.any(String),
    expires_on: expect.any(Number),
  };
  expect(log).toEqual([
    { ...line, cache: 'minted' },
    { ...line, cache: 'hit', operation_id: traceId },
  ]);
  expect(log[0]?.['token_fingerprint']).toBe(log[1]?.['token_fingerprint']);
});

function readForm(form: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(form));
}
