import { resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

const HOUR_MS = 3_600_000;

test("an identity's token that the vault refuses before its expiry is replaced, and the read is repeated once", async () => {
  const { token } = scenario.startApp();
  expect((await token()).status).toBe(200);
  scenario.keyVault.revokeTokens();
  resetAll(scenario);
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret);
  scenario.clock.advance(HOUR_MS);
  expect((await token()).body).toMatchObject({ token_type: 'Bearer' });
  await scenario.clock.idle();

  expect(scenario.identityEndpoint.requests.map(({ query }) => query.get('token_sha256_to_refresh'))).toEqual([
    expect.stringMatching(/^[\da-f]{64}$/),
  ]);
  expect(scenario.keyVault.requests.at(-1)?.status).toBe(200);
});

test('a vault that refuses every token causes one new token in thirty seconds, not one for each read', async () => {
  scenario.keyVault.failWith({
    kind: 'status',
    status: 401,
    headers: { 'www-authenticate': 'Bearer authorization="https://localhost/t", resource="https://vault.azure.net"' },
    body: { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' } },
  });
  const app = scenario.startApp();
  for (let read = 1; read <= 3; read++) {
    const { status, body } = await app.token();
    expect([status, body['code'], body['detail']]).toEqual([
      502,
      'secret_unavailable',
      `Key Vault did not return the secret "${seed.app.secretName}": the vault does not accept the identity's token (HTTP 401).`,
    ]);
    scenario.clock.advance(11_000);
  }
  expect(scenario.identityEndpoint.requests).toHaveLength(2);
});

test('a throttled vault is not asked again before its Retry-After has passed, for any caller', async () => {
  const { token, readiness } = scenario.startApp();
  scenario.keyVault.failWith({ kind: 'throttled', retryAfterSeconds: 3392 });
  expect((await token()).headers.get('Retry-After')).toBe('3392');
  const asked = scenario.keyVault.requests.length;
  scenario.clock.advance(3_000_000);
  const { body } = await readiness();
  expect((body['checks'] as Record<string, { output: string }[]>)['key-vault']?.[0]?.output).toBe(
    'Key Vault is not available (HTTP 429).',
  );
  expect(scenario.keyVault.requests).toHaveLength(asked);

  scenario.keyVault.heal();
  scenario.clock.advance(393_000);
  expect((await token()).status).toBe(200);
});
