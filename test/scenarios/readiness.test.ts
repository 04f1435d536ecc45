import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { anyoneMay, profilesFile } from '../support/profiles-file.ts';
import { seed, startScenario, type StartAppOptions, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
  scenario.powerBi.allowServicePrincipals = true;
});

/** An app with grants: without grants readiness warns. */
const startApp = (options: StartAppOptions = {}): TestApp =>
  scenario.startApp({ files: profilesFile({ grants: [anyoneMay('default')] }), ...options });

const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
const passed = { status: 'pass', time };
const passedForDefault = { ...passed, profile: 'default' };
const ALL_PASS = {
  settings: [passed],
  identity: [passed],
  'key-vault': [
    {
      ...passed,
      secretExpiresInDays: expect.any(Number),
      output: expect.stringMatching(/^The secret "powerbi-client-secret" expires in \d+ days\.$/),
    },
  ],
  issuer: [passedForDefault],
  'power-bi': [passedForDefault],
};
const BUDGET_MS = 20_000;
const SLACK_MS = 4_000;

async function check({ readiness }: TestApp): Promise<{ http: number; body: Record<string, unknown> }> {
  const { status, body } = await readiness();
  return { http: status, body };
}

test('a healthy app passes every check, in the format that monitors read', async () => {
  const { readiness, log } = startApp();
  const { status, headers, body } = await readiness();
  expect({ status, headers: Object.fromEntries(headers), body }).toEqual({
    status: 200,
    headers: {
      'content-type': 'application/health+json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body: { status: 'pass', checks: ALL_PASS },
  });
  expect(scenario.powerBi.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1.0/myorg/groups']);
  expect(log).toEqual([]);
});

test('a hundred monitors at once cause one check, and for thirty seconds no upstream is asked again', async () => {
  const { readiness } = startApp();
  await Promise.all(Array.from({ length: 100 }, () => readiness()));
  const once = countAsked(scenario);
  expect(once).toEqual(
    asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 1, tokenRequests: 1, powerBiCalls: 1 }),
  );
  scenario.clock.advance(25_000);
  await readiness();
  expect(countAsked(scenario)).toEqual(once);
  scenario.clock.advance(6_000);
  await readiness();
  expect(countAsked(scenario)).toEqual({ ...once, secretReads: 2, powerBiCalls: 2 });
});

test('a missing identity fails with where to assign it', async () => {
  const app = startApp();
  scenario.identityEndpoint.unassign(app.identityClientId);
  const output =
    'The managed identity endpoint knows no identity with this client id (AZURE_CLIENT_ID, or the one that the profile names) (HTTP 400).';
  const failed = { status: 'fail', time, output, hint: expect.stringContaining('Settings > Identity') };
  expect(await check(app)).toEqual({
    http: 503,
    body: {
      status: 'fail',
      checks: {
        ...ALL_PASS,
        identity: [failed],
        'key-vault': [failed],
        issuer: [{ ...failed, profile: 'default' }],
        'power-bi': [{ status: 'fail', time, output: 'Not checked: the profile has no token.', profile: 'default' }],
      },
    },
  });
});

test('a vault that refuses the secret fails with the role to assign, and the cached token is still served', async () => {
  const app = startApp();
  await app.token();
  scenario.keyVault.deny(app.identityPrincipalId);
  expect(await check(app)).toEqual({
    http: 503,
    body: {
      status: 'fail',
      checks: {
        ...ALL_PASS,
        'key-vault': [
          {
            status: 'fail',
            time,
            output:
              'Key Vault did not return the secret "powerbi-client-secret": the identity of this function app has no role on the vault ' +
              '(HTTP 403). The app still uses the secret that it read before.',
            hint: expect.stringContaining('Key Vault Secrets User'),
          },
        ],
      },
    },
  });
  expect((await app.token()).status).toBe(200);
});

test('an issuer that refuses fails with what to correct', async () => {
  const clientId = '00000000-1111-2222-3333-444444444444';
  const app = startApp({ settings: { POWERBI_CLIENT_ID: clientId } });
  expect(await check(app)).toEqual({
    http: 503,
    body: {
      status: 'fail',
      checks: {
        ...ALL_PASS,
        issuer: [
          {
            status: 'fail',
            time,
            output: 'The token issuer refused (AADSTS700016): no such application in this tenant.',
            hint: expect.stringContaining('POWERBI_CLIENT_ID'),
            profile: 'default',
          },
        ],
        'power-bi': [{ status: 'fail', time, output: 'Not checked: the profile has no token.', profile: 'default' }],
      },
    },
  });
});

test('an issuer that fails while a token is cached is a warning', async () => {
  const app = startApp();
  await app.token();
  scenario.clock.advance(3_000_000);
  scenario.entra.failWith({ kind: 'status', status: 503, headers: { 'retry-after': '90' } });
  await app.token();
  await scenario.clock.idle();
  const { http, body } = await check(app);
  expect({ http, status: body['status'], issuer: (body['checks'] as Record<string, unknown>)['issuer'] }).toEqual({
    http: 200,
    status: 'warn',
    issuer: [
      {
        status: 'warn',
        time,
        output: 'The token issuer is not available (HTTP 503). The cached token is served until it expires.',
        hint: expect.any(String),
        profile: 'default',
      },
    ],
  });
});

test('a Power BI that refuses the service principal fails with the tenant setting', async () => {
  scenario.powerBi.allowServicePrincipals = false;
  expect(await check(startApp())).toEqual({
    http: 503,
    body: {
      status: 'fail',
      checks: {
        ...ALL_PASS,
        'power-bi': [
          {
            status: 'fail',
            time,
            output: 'Power BI rejected the request (PowerBINotAuthorizedException).',
            hint: expect.stringContaining('Service principals can call Fabric public APIs'),
            profile: 'default',
          },
        ],
      },
    },
  });
});

test('Power BI calling a valid token expired is distinguished from a refusal', async () => {
  scenario.powerBi.failWith({ kind: 'status', status: 403, body: { error: { code: 'TokenExpired' } } });
  const { body } = await check(startApp());
  expect((body['checks'] as Record<string, unknown>)['power-bi']).toEqual([
    {
      status: 'fail',
      time,
      output: 'Power BI rejected the request (TokenExpired).',
      hint: expect.stringContaining('clock'),
      profile: 'default',
    },
  ]);
});

test.each(['identityEndpoint', 'keyVault', 'entra', 'powerBi'] as const)(
  'the whole check fits into the budget of one request while %s is silent',
  async (emulator) => {
    scenario[emulator].failWith(scenario.clock.silent());
    const app = startApp();
    const startedAtMs = scenario.clock.now().monotonicMs;
    const { body } = await check(app);
    expect(scenario.clock.now().monotonicMs - startedAtMs).toBeLessThan(BUDGET_MS + SLACK_MS);
    expect(body['status']).not.toBe('pass');
  },
);

test('the whole check fits into the budget of one request while everything is silent', async () => {
  for (const emulator of ['identityEndpoint', 'keyVault', 'entra', 'powerBi'] as const) {
    scenario[emulator].failWith(scenario.clock.silent());
  }
  const app = startApp();
  const startedAtMs = scenario.clock.now().monotonicMs;
  await check(app);
  expect(scenario.clock.now().monotonicMs - startedAtMs).toBeLessThan(BUDGET_MS + SLACK_MS);
});

test('the whole check fits into the budget of one request if all are slow and the last is silent', async () => {
  // Each answers within its own time-out; only their sum is too long.
  const ofSeconds = (seconds: number) => scenario.clock.slow(seconds * 1000);
  scenario.identityEndpoint.failWith(ofSeconds(4));
  scenario.keyVault.failWith(ofSeconds(2));
  scenario.entra.failWith(ofSeconds(5));
  scenario.powerBi.failWith(scenario.clock.silent());
  const app = startApp();
  const startedAtMs = scenario.clock.now().monotonicMs;
  const { http, body } = await check(app);
  expect(scenario.clock.now().monotonicMs - startedAtMs).toBeLessThan(BUDGET_MS + SLACK_MS);
  expect({ http, body }).toEqual({
    http: 200,
    body: {
      status: 'warn',
      checks: {
        ...ALL_PASS,
        'power-bi': [
          {
            status: 'warn',
            time,
            output: expect.stringMatching(/^Power BI did not answer within/),
            hint: expect.any(String),
            profile: 'default',
          },
        ],
      },
    },
  });
});

test('readiness names the secret that is missing', async () => {
  const app = startApp({ settings: { POWERBI_CLIENT_SECRET_NAME: 'no-such-secret' } });
  const { body } = await check(app);
  expect((body['checks'] as Record<string, unknown>)['key-vault']).toEqual([
    {
      status: 'fail',
      time,
      output: 'Key Vault did not return the secret "no-such-secret": there is no such secret (HTTP 404).',
      hint: expect.stringContaining('POWERBI_CLIENT_SECRET_NAME'),
    },
  ]);
});

describe('only what a profile needs is checked:', () => {
  const people = {
    grant: 'authorization_code',
    tenantId: seed.tenantId,
    clientId: seed.personApp.clientId,
    credential: { secret: seed.personApp.secretName },
  };
  const settings = { SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri };

  test('the cookie key for a sign-in profile', async () => {
    const files = { 'profiles.json': JSON.stringify({ profiles: { people } }) };
    scenario.keyVault.setSecret('short-cookie-key', 'too short');
    const sealed = await check(startApp({ settings, files }));
    const short = await check(
      startApp({ settings: { ...settings, SIGN_IN_COOKIE_SECRET_NAME: 'short-cookie-key' }, files }),
    );
    const outputs = ({ body }: { body: Record<string, unknown> }): unknown =>
      (body['checks'] as Record<string, { output?: string }[]>)['key-vault']?.map(({ output }) => output);
    const expiries = [expect.stringContaining('expires in'), expect.stringContaining('expires in')];
    expect([sealed.http, outputs(sealed)]).toEqual([200, [...expiries, 'Sign-in cookies can be encrypted.']]);
    expect([short.http, outputs(short)]).toEqual([
      503,
      [...expiries, 'The secret "short-cookie-key" in Key Vault is shorter than 32 characters.'],
    ]);
  });

  test('not Power BI for a token that is not for Power BI', async () => {
    const other = {
      grant: 'client_credentials',
      tenantId: seed.tenantId,
      clientId: seed.app.clientId,
      credential: { secret: seed.app.secretName },
      scope: 'https://vault.azure.net/.default',
    };
    const { http, body } = await check(
      startApp({ files: { 'profiles.json': JSON.stringify({ profiles: { other } }) } }),
    );
    expect(http).toBe(200);
    expect((body['checks'] as Record<string, unknown>)['power-bi']).toEqual([
      passedForDefault,
      {
        ...passed,
        profile: 'other',
        output:
          'Nothing to check: this profile requests tokens for something other than the Power BI resource of its cloud.',
      },
    ]);
  });
});
