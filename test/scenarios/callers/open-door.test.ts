import { startScenario } from '../../support/scenario.ts';
import { authLevelOf } from '../../support/site-routes.ts';

const scenario = startScenario();

test('CALLER_AUTH=none accepts every caller in development, and the log warns at the start', async () => {
  const { app, token, log } = scenario.startApp({ settings: { CALLER_AUTH: 'none' } });

  const announced = [...log];
  const { status } = await token();

  expect(announced).toEqual([
    {
      event: 'callers.not_checked',
      hint: 'CALLER_AUTH=none issues tokens to everybody who can reach this app. Use it only in local development.',
    },
  ]);
  expect([authLevelOf(app), status, log.at(-1)?.['caller']]).toEqual(['anonymous', 200, 'anonymous']);
});

test('with CALLER_AUTH=none in Azure every guarded route is misconfigured, also readiness, and no key is needed to see it', async () => {
  const { app, token, readiness, log } = scenario.startApp({
    settings: {
      CALLER_AUTH: 'none',
      AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
      KEY_VAULT_URI: 'https://contoso.vault.azure.net',
      AZURE_AUTHORITY_HOST: undefined,
      POWERBI_API_URL: undefined,
    },
  });

  const answers = [await token(), await readiness()];

  expect(authLevelOf(app)).toBe('anonymous');
  expect(answers.map(({ status, body }) => [status, body['code'], body['detail']])).toEqual(
    Array(2).fill([
      500,
      'misconfigured',
      'CALLER_AUTH is none, which is for local development only: use key, entra, oidc or easyauth.',
    ]),
  );
  expect(log.filter(({ event }) => event === 'callers.not_checked')).toEqual([]);
});
