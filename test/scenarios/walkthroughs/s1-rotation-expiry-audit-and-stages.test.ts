import { createHash } from 'node:crypto';
import { startScenario, seed } from '../../support/scenario.ts';
import { ADA, bearer, ENTRA_CALLERS } from '../../support/entra-callers.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { profilesFile } from '../../support/profiles-file.ts';

const { tenantId, users } = seed;
const DAY_MS = 86_400_000;
const STAGES = ['dev', 'test', 'prod'] as const;

const scenario = startScenario();
beforeAll(() => {
  for (const stage of STAGES) {
    scenario.entra.register({ tenantId, clientId: clientIdOf(stage), secrets: [`the secret of ${stage}`] });
    scenario.keyVault.setSecret(`powerbi-${stage}`, `the secret of ${stage}`);
  }
});
beforeEach(() => {
  scenario.entra.reset();
});

function clientIdOf(stage: (typeof STAGES)[number]): string {
  return `${{ dev: '1', test: '2', prod: '3' }[stage]}0000000-aaaa-4bbb-8ccc-dddddddddddd`;
}

const PIPELINE = { roles: ['Stage.Prod'] } as const;
const stages = {
  profiles: Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      {
        grant: 'client_credentials',
        tenantId,
        clientId: clientIdOf(stage),
        credential: { secret: `powerbi-${stage}` },
      } as const,
    ]),
  ),
  grants: [
    { callers: [{ oid: users.ada.oid }], profiles: ['dev', 'test'], actions: ['token'] },
    { callers: [{ roles: PIPELINE.roles[0] }], profiles: ['prod'], actions: ['token'] },
  ],
} as const;

test('"Should dev, test and prod have their own registrations?" Each is a profile with its own registration, and a developer gets no token of production', async () => {
  const { token } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: { 'profiles.json': JSON.stringify(stages) },
  });
  const ask = async (profile: string, who: typeof ADA | typeof PIPELINE) =>
    token({ params: { profile }, headers: await bearer(scenario, who) });

  const adas = [await ask('dev', ADA), await ask('test', ADA), await ask('prod', ADA)];
  const pipelines = [await ask('dev', PIPELINE), await ask('prod', PIPELINE)];

  expect(adas.map(({ status }) => status)).toEqual([200, 200, 403]);
  expect(pipelines.map(({ status }) => status)).toEqual([403, 200]);
  expect([...adas.slice(0, 2), ...pipelines.slice(1)].map(({ body }) => claimsOf(body)['appid'])).toEqual(
    STAGES.map(clientIdOf),
  );
});

test('"How do I notice that a secret is about to expire?" Readiness warns thirty days before, and the log has a warning once a day', async () => {
  scenario.keyVault.setSecret('powerbi-soon', seed.app.secret, {
    expiresOn: new Date(scenario.clock.now().wallMs + 20.5 * DAY_MS),
  });
  const { token, readiness, log } = scenario.startApp({ settings: { POWERBI_CLIENT_SECRET_NAME: 'powerbi-soon' } });

  const { status, body } = await readiness();
  await token();
  scenario.clock.advance(DAY_MS);
  await token();
  await token();

  const checks = body['checks'] as Record<string, readonly object[]>;
  expect([status, body['status']]).toEqual([200, 'warn']);
  expect(checks['key-vault']).toEqual([
    {
      status: 'warn',
      secretExpiresInDays: 20,
      output: 'The secret "powerbi-soon" expires in 20 days.',
      hint: expect.stringContaining('az keyvault secret set'),
      time: expect.any(String),
    },
  ]);
  expect(log.filter(({ event }) => event === 'secret.near_expiry').map((line) => line['days_left'])).toEqual([20, 19]);
});

test('"How do I rotate the secret?" Add it in Entra, store it in Key Vault, remove the old one: no caller notices, and no restart is needed', async () => {
  const registration = { tenantId, clientId: clientIdOf('prod') };
  const { token } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: profilesFile({
      profiles: stages.profiles,
      grants: [{ ...stages.grants[1], callers: [{ anyone: true }], profiles: ['prod'], actions: ['token'] }],
    }),
  });
  const headers = await bearer(scenario, PIPELINE);
  const ask = () => token({ params: { profile: 'prod' }, headers, query: '?min_ttl=3590' });

  const answers = [await ask()];
  scenario.entra.addSecret(registration, 'the next secret');
  scenario.clock.advance(60_000);
  answers.push(await ask());
  scenario.keyVault.setSecret('powerbi-prod', 'the next secret');
  scenario.entra.removeSecret(registration, 'the secret of prod');
  scenario.clock.advance(60_000);
  answers.push(...(await Promise.all(Array.from({ length: 50 }, ask))));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(tokenForms(scenario.entra).map((form) => form['client_secret'])).toEqual([
    'the secret of prod',
    'the secret of prod',
    'the secret of prod',
    'the next secret',
  ]);
});

test('"Who got which token, and when?" Each issued or refused token has one line, and its fingerprint finds it', async () => {
  const { token, log } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: { 'profiles.json': JSON.stringify(stages) },
  });
  const headers = await bearer(scenario, ADA);

  const { body } = await token({ params: { profile: 'dev' }, headers });
  await token({ params: { profile: 'prod' }, headers });

  const fingerprint = createHash('sha256').update(String(body['access_token'])).digest('hex').slice(0, 16);
  expect(log).toEqual([
    {
      event: 'token.issued',
      outcome: 'issued',
      profile: 'dev',
      caller: `${tenantId}/${users.ada.oid}`,
      caller_app: expect.any(String),
      grant: 'grants.0',
      cache: 'minted',
      token_fingerprint: fingerprint,
      token_uti: claimsOf(body)['uti'],
      expires_on: body['expires_on'],
      duration_ms: expect.any(Number),
      request_id: expect.any(String),
    },
    expect.objectContaining({
      event: 'token.refused',
      profile: 'prod',
      caller: `${tenantId}/${users.ada.oid}`,
      reason:
        'no grant gives the action "token" on the profile "prod" to this caller: the claims of this caller match no such grant; missing: roles',
    }),
  ]);
  expect(JSON.stringify(log)).not.toContain(String(body['access_token']));
});
