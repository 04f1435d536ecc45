import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { profilesFile } from '../support/profiles-file.ts';
import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

test('the token of default is requested before the first caller, who gets it at once', async () => {
  const { app, token, log } = scenario.startApp();
  await app.prefetch();
  expect(countAsked(scenario)).toEqual(
    asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 1, tokenRequests: 1 }),
  );
  expect((await token()).status).toBe(200);
  expect(log.at(-1)).toMatchObject({ event: 'token.issued', cache: 'hit' });
  expect(countAsked(scenario).tokenRequests).toBe(1);
});

test('a caller that comes during the request joins it', async () => {
  const { app, token } = scenario.startApp();
  const prefetching = app.prefetch();
  expect((await token()).status).toBe(200);
  await prefetching;
  expect(countAsked(scenario).tokenRequests).toBe(1);
});

test.each([
  ['comes after it', true],
  ['joins it', false],
])('the first caller does not get the error of a failed prefetch if it %s', async (_, isAfter) => {
  const { app, token, log } = scenario.startApp();
  const refusal = { error: 'unauthorized_client', error_codes: [700016], error_description: 'AADSTS700016: x' };
  scenario.entra.failWith({ kind: 'status', status: 400, body: refusal }, { times: 1 });
  const prefetching = app.prefetch();
  if (isAfter) await prefetching;
  expect((await token()).status).toBe(200);
  await prefetching;
  expect(log.map(({ event }) => event)).toEqual(['cache.refresh_failed', 'token.issued']);
});

test('nothing is prefetched with faulty settings, or for a default with a password', async () => {
  const { ada } = seed.users;
  const master = {
    grant: 'password' as const,
    tenantId: seed.tenantId,
    clientId: seed.app.clientId,
    credential: { secret: seed.app.secretName },
    username: ada.upn,
    password: { secret: ada.passwordSecretName },
  };
  const noDefault = { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined };
  const apps = [
    scenario.startApp({ settings: { POWERBI_CLIENT_ID: 'not-an-id' } }),
    scenario.startApp({ settings: noDefault, files: profilesFile({ profiles: { default: master }, grants: [] }) }),
  ];
  await Promise.all(apps.map(({ app }) => app.prefetch()));
  expect(countAsked(scenario)).toEqual(asked({}));
});
