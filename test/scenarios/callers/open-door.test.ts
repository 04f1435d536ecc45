import { startScenario } from '../../support/scenario.ts';

const scenario = startScenario();

test('CALLER_AUTH=none lets anyone in, in development, and says so aloud at the start', async () => {
  const { app, token, log } = scenario.startApp({ settings: { CALLER_AUTH: 'none' } });

  const announced = [...log];
  const { status } = await token();

  expect(announced).toEqual([
    {
      event: 'callers.not_checked',
      hint: 'CALLER_AUTH=none: whoever reaches this address gets tokens. For local development alone.',
    },
  ]);
  expect([app.authLevel, status, log.at(-1)?.['caller']]).toEqual(['anonymous', 200, 'anonymous']);
});

test('CALLER_AUTH=none opens nothing in Azure: all is misconfigured behind the function key, readiness too', async () => {
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

  expect(app.authLevel).toBe('function');
  expect(answers.map(({ status, body }) => [status, body['code'], body['detail']])).toEqual(
    Array(2).fill([
      500,
      'misconfigured',
      'CALLER_AUTH is none, which is for local development alone: use key, entra or easyauth.',
    ]),
  );
  expect(log.filter(({ event }) => event === 'callers.not_checked')).toEqual([]);
});
