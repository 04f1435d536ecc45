import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

const registration = { tenantId: seed.tenantId, clientId: seed.app.clientId };
const HOUR_MS = 3_600_000;

const HINT =
  'Entra admin center > App registrations > (the app) > Certificates & secrets: create a client secret, then store its value, not its id, as a new ' +
  'version: az keyvault secret set --vault-name ... --name ... --value ... --expires ... Nothing needs to be restarted.';

function problem(code: string, title: string, detail: string, upstreamCode: string): Record<string, unknown> {
  return {
    type: `urn:powerbi-token-function:error:${code}`,
    title,
    status: 502,
    detail,
    code,
    hint: HINT,
    error: 'server_error',
    error_description: detail,
    upstream: {
      service: 'issuer',
      status: 401,
      code: upstreamCode,
      correlation_id: expect.stringMatching(/^[\da-f-]{36}$/),
      trace_id: expect.stringMatching(/^[\da-f-]{36}$/),
    },
    request_id: expect.stringMatching(/^[\da-f-]{36}$/),
  };
}

const REJECTED = problem(
  'secret_rejected',
  'The issuer does not know the client secret',
  'The token issuer refused (AADSTS7000215): the client secret is not one of the app registration.',
  'AADSTS7000215',
);

test('a thousand callers get the error of a wrong secret, which is tried once in ten seconds', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, 'not a secret of this app', {
    createdOn: new Date(scenario.clock.now().wallMs + 1),
  });
  scenario.clock.advance(HOUR_MS);
  const { token, log } = scenario.startApp();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => token()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
  expect(answers[999]?.body).toEqual(REJECTED);
  expect(answers[999]?.headers.get('Retry-After')).toBeNull();
  const once = asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 2, tokenRequests: 1 });
  expect(countAsked(scenario)).toEqual(once);
  expect(log.length).toBe(1000);
  expect(log[0]).toEqual({
    event: 'token.refused',
    outcome: 'refused',
    code: 'secret_rejected',
    detail: REJECTED['detail'],
    hint: HINT,
    stage: 'issuer',
    upstream_status: 401,
    upstream_code: 'AADSTS7000215',
    upstream_correlation_id: expect.any(String),
    upstream_trace_id: expect.any(String),
    profile: 'default',
    caller: 'key',
    duration_ms: expect.any(Number),
    request_id: expect.any(String),
  });

  scenario.clock.advance(8_000);
  expect((await token()).body).toEqual(REJECTED);
  expect(countAsked(scenario)).toEqual(once);
  scenario.clock.advance(3_000);
  await Promise.all(Array.from({ length: 1000 }, () => token()));
  expect(countAsked(scenario)).toEqual({ ...once, secretReads: 3, tokenRequests: 2 });
});

test('a corrected secret is used as soon as the refusal is forgotten, without a restart', async () => {
  const { token } = scenario.startApp();
  expect((await token()).body).toEqual(REJECTED);
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret);
  scenario.clock.advance(11_000);
  expect((await token()).body).toMatchObject({ token_type: 'Bearer' });
});

test('a secret that has expired in Entra is reported as expired', async () => {
  const expired = 'a secret that ends in Entra';
  scenario.entra.addSecret(registration, expired);
  scenario.keyVault.setSecret(seed.app.secretName, expired);
  scenario.entra.expireSecret(registration, expired);
  scenario.clock.advance(HOUR_MS);
  const { body } = await scenario.startApp().token();
  expect(body).toEqual(
    problem(
      'secret_expired',
      'The client secret has expired',
      'The token issuer refused (AADSTS7000222): the client secret has expired.',
      'AADSTS7000222',
    ),
  );
});

test('a refused secret that is past its expiresOn in Key Vault is reported as expired, whatever code the issuer returns', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, 'gone from Entra long ago', {
    expiresOn: new Date(Date.UTC(2020, 1, 29)),
  });
  scenario.clock.advance(HOUR_MS);
  const { body } = await scenario.startApp().token();
  expect(body).toEqual(
    problem(
      'secret_expired',
      'The client secret has expired',
      'The token issuer refuses the client secret (AADSTS7000215), which expired on 2020-02-29 according to its expiresOn in Key Vault.',
      'AADSTS7000215',
    ),
  );
});

test('a secret past its expiresOn that the issuer accepts works, and readiness warns', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret, {
    expiresOn: new Date(scenario.clock.now().wallMs - 36 * HOUR_MS),
  });
  const { token, readiness } = scenario.startApp();
  expect((await token()).body).toMatchObject({ token_type: 'Bearer' });
  const { status, body } = await readiness();
  expect({
    status,
    overall: body['status'],
    keyVault: (body['checks'] as Record<string, unknown>)['key-vault'],
  }).toEqual({
    status: 200,
    overall: 'warn',
    keyVault: [
      {
        status: 'warn',
        time: expect.any(String),
        secretExpiresInDays: -2,
        output: 'The secret "powerbi-client-secret" has expired, according to its date in Key Vault.',
        hint: expect.stringContaining('az keyvault secret set'),
      },
    ],
  });
});

test('a secret with every character that needs an encoding arrives unchanged', async () => {
  const wild = '~!@#$%^&*()_+`-={}|[]\\:";\'<>?,./ äöü€%20+%2B';
  scenario.entra.addSecret(registration, wild);
  scenario.keyVault.setSecret(seed.app.secretName, wild);
  expect((await scenario.startApp().token()).body).toMatchObject({ token_type: 'Bearer' });
});
