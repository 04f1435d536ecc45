import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../support/scenario.ts';
import { authLevelOf } from '../support/site-routes.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

type Settings = Readonly<Record<string, string | undefined>>;
type Case = readonly [name: string, settings: Settings, detail: string];

const REFERENCE = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)';
const UNRESOLVED =
  'is a reference that App Service could not resolve: set the plain value (only secrets belong in Key Vault, and this app reads them itself)';
const TENANT_UNSET =
  'POWERBI_TENANT_ID is not set: the tenant id of the app registration (Entra admin center > Overview)';
const TENANT_WRONG =
  'POWERBI_TENANT_ID must be the tenant id (a GUID) or a domain of the tenant; common, organizations and consumers are not allowed';
const CLIENT_UNSET = 'POWERBI_CLIENT_ID is not set: the application (client) id of the app registration';
const CLIENT_WRONG = 'POWERBI_CLIENT_ID must be the application (client) id (a GUID)';
const VAULT_UNSET = 'KEY_VAULT_URI is not set: the URL of the Key Vault with the secrets, https://NAME.vault.azure.net';
const NO_ORIGIN = 'must be an https:// URL with no path, query or user name';
const NO_GUID_IDENTITY = 'AZURE_CLIENT_ID must be the client id of the user-assigned managed identity (a GUID)';

/** Settings that must name hosts of Azure, except in local development. */
const IN_AZURE: Settings = {
  AZURE_FUNCTIONS_ENVIRONMENT: undefined,
  AZURE_AUTHORITY_HOST: undefined,
  POWERBI_API_URL: undefined,
  KEY_VAULT_URI: 'https://some-vault.vault.azure.net',
};

const CASES: readonly Case[] = [
  ['no tenant', { POWERBI_TENANT_ID: undefined }, TENANT_UNSET],
  ['an empty tenant', { POWERBI_TENANT_ID: '' }, TENANT_UNSET],
  ['a blank tenant', { POWERBI_TENANT_ID: '   ' }, TENANT_UNSET],
  ['a tenant that is no single tenant', { POWERBI_TENANT_ID: 'organizations' }, TENANT_WRONG],
  ['a tenant with a path', { POWERBI_TENANT_ID: `${seed.tenantId}/../evil` }, TENANT_WRONG],
  ['a Key Vault reference for a tenant', { POWERBI_TENANT_ID: REFERENCE }, `POWERBI_TENANT_ID ${UNRESOLVED}`],
  ['no client', { POWERBI_CLIENT_ID: undefined }, CLIENT_UNSET],
  ['a client that is not a GUID', { POWERBI_CLIENT_ID: 'my-app-registration' }, CLIENT_WRONG],
  ['no vault', { KEY_VAULT_URI: undefined }, VAULT_UNSET],
  ['a vault without TLS', { KEY_VAULT_URI: 'http://v.vault.azure.net' }, `KEY_VAULT_URI ${NO_ORIGIN}`],
  ['a vault with a path', { KEY_VAULT_URI: 'https://v.vault.azure.net/secrets/x' }, `KEY_VAULT_URI ${NO_ORIGIN}`],
  ['a vault with a user', { KEY_VAULT_URI: 'https://user:word@v.vault.azure.net' }, `KEY_VAULT_URI ${NO_ORIGIN}`],
  ['a vault name without a host', { KEY_VAULT_URI: 'some-vault' }, `KEY_VAULT_URI ${NO_ORIGIN}`],
  [
    'a secret name with a slash',
    { POWERBI_CLIENT_SECRET_NAME: 'secrets/powerbi' },
    'POWERBI_CLIENT_SECRET_NAME must be the name of a secret in Key Vault: 1 to 127 letters, digits and hyphens. If this is the secret itself, rotate it',
  ],
  [
    'an unknown cloud',
    { POWERBI_CLOUD: 'germany-cloud' },
    'POWERBI_CLOUD must be one of public, gcc, gcchigh, dod, china',
  ],
  ['an identity that is not a GUID', { AZURE_CLIENT_ID: 'my-identity' }, NO_GUID_IDENTITY],
  [
    'an authority with a path',
    { AZURE_AUTHORITY_HOST: 'https://localhost/tenant' },
    `AZURE_AUTHORITY_HOST ${NO_ORIGIN}`,
  ],
  ['a Power BI URL with a path', { POWERBI_API_URL: 'https://localhost/v1.0/myorg' }, `POWERBI_API_URL ${NO_ORIGIN}`],
  [
    'an identity endpoint that is not a URL',
    { IDENTITY_ENDPOINT: 'localhost msi' },
    'IDENTITY_ENDPOINT must be a URL, as App Service sets it',
  ],
  [
    'an identity endpoint without its header',
    { IDENTITY_HEADER: '' },
    'IDENTITY_HEADER is not set: App Service sets it together with IDENTITY_ENDPOINT',
  ],
  [
    'a missing profiles file',
    { PROFILES_FILE: 'profiles-of-mine.json' },
    "PROFILES_FILE must be a file that can be read, relative to host.json's folder",
  ],
  [
    'a vault on a foreign host, in Azure',
    { ...IN_AZURE, KEY_VAULT_URI: 'https://vault.azure.net.evil.example' },
    'KEY_VAULT_URI must be https://NAME.vault.azure.net in the cloud that POWERBI_CLOUD names',
  ],
  [
    'an authority on a foreign host, in Azure',
    { ...IN_AZURE, AZURE_AUTHORITY_HOST: 'https://login.evil.example' },
    'AZURE_AUTHORITY_HOST must be https://login.microsoftonline.com in the cloud "public" (POWERBI_CLOUD)',
  ],
  [
    'Power BI on a foreign host, in Azure',
    { ...IN_AZURE, POWERBI_API_URL: 'https://api.evil.example' },
    'POWERBI_API_URL must be https://api.powerbi.com in the cloud "public" (POWERBI_CLOUD)',
  ],
  [
    'no identity, in Azure',
    { ...IN_AZURE, IDENTITY_ENDPOINT: undefined },
    'IDENTITY_ENDPOINT is not set: this function app has no managed identity. Assign one in the portal under Settings > Identity, then restart the app',
  ],
];

function misconfigured(detail: string, which: 'this setting' | 'these settings'): Record<string, unknown> {
  return {
    type: 'urn:powerbi-token-function:error:misconfigured',
    title: 'The function app is not set up correctly',
    status: 500,
    detail,
    code: 'misconfigured',
    hint: `Correct ${which} in the portal under Settings > Environment variables (in local development: local.settings.json). Afterwards /api/health/ready shows whether errors remain.`,
    error: 'server_error',
    error_description: detail.replaceAll('"', "'"),
    request_id: expect.any(String),
  };
}

/** A wrong value may be a secret in the wrong setting, so no message may contain it. */
function valuesTold(settings: Settings, answers: readonly TestAnswer[], { log }: TestApp): string[] {
  const told = JSON.stringify([answers.map(({ text }) => text), log]);
  // The message about a tenant names this value as an example of an invalid one.
  const values = Object.values(settings).filter((value = '') => value.trim().length >= 8 && value !== 'organizations');
  return values.filter((value): value is string => value !== undefined && told.includes(value));
}

const NOT_CHECKED = [{ status: 'warn', time: expect.any(String), output: 'Not checked: correct the settings first.' }];

function settingsOutputs({ body }: TestAnswer): unknown[] {
  return (body['checks'] as Record<string, Record<string, unknown>[]>)['settings']?.map(({ output }) => output) ?? [];
}

test.each(CASES)('the token route and readiness both report %s by name', async (_, settings, fault) => {
  const app = scenario.startApp({ settings });
  const answer = await app.token();
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: 500,
    body: misconfigured(`${fault}.`, 'this setting'),
  });

  const health = await app.request('health');
  expect({ status: health.status, body: health.body }).toEqual({ status: 200, body: { status: 'pass' } });

  const readiness = await app.readiness();
  expect(valuesTold(settings, [answer, readiness], app)).toEqual([]);
  const { status, body } = readiness;
  expect({ status, body }).toEqual({
    status: 503,
    body: {
      status: 'fail',
      checks: {
        settings: [{ status: 'fail', time: expect.any(String), output: `${fault}.`, hint: expect.any(String) }],
        identity: NOT_CHECKED,
        'key-vault': NOT_CHECKED,
        issuer: NOT_CHECKED,
        'power-bi': NOT_CHECKED,
      },
    },
  });
  expect(countAsked(scenario)).toEqual(asked({}));
});

test('all wrong settings are reported together', async () => {
  const settings: Settings = {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Staging-2',
    POWERBI_TENANT_ID: 'consumers',
    POWERBI_CLIENT_ID: '',
    KEY_VAULT_URI: 'https://vault.of.nobody.example',
    POWERBI_CLIENT_SECRET_NAME: 'a secret/with everything',
    POWERBI_CLOUD: 'mars-cloud',
    AZURE_CLIENT_ID: 'my-identity',
    AZURE_AUTHORITY_HOST: 'https://login.nobody.example',
    POWERBI_API_URL: 'https://api.nobody.example/v1.0',
    IDENTITY_ENDPOINT: '',
    PROFILES_FILE: 'profiles-of-mine.json',
    CALLER_RATE_PER_MINUTE: 'no number',
  };
  const app = scenario.startApp({ settings });
  const answer = await app.token();
  const { body } = answer;
  const named = String(body['detail'])
    .split('; ')
    .map((fault) => fault.split(' ', 1)[0])
    .filter((name) => /^[A-Z_]+$/.test(name ?? ''));
  expect(named.sort()).toEqual(
    [
      'AZURE_AUTHORITY_HOST',
      'AZURE_CLIENT_ID',
      'CALLER_RATE_PER_MINUTE',
      'IDENTITY_ENDPOINT',
      'KEY_VAULT_URI',
      'POWERBI_API_URL',
      'POWERBI_CLIENT_ID',
      'POWERBI_CLIENT_SECRET_NAME',
      'POWERBI_CLOUD',
      'POWERBI_TENANT_ID',
      'PROFILES_FILE',
    ].sort(),
  );
  expect(body['code']).toBe('misconfigured');
  expect(valuesTold({ ...settings, POWERBI_TENANT_ID: undefined }, [answer, await app.readiness()], app)).toEqual([]);
});

test('without any setting every required one is reported', async () => {
  const settings = Object.fromEntries([...Object.keys(scenario.settings), 'AZURE_CLIENT_ID'].map((name) => [name, '']));
  const app = scenario.startApp({ settings });
  const { body } = await app.token();
  const faults = [
    TENANT_UNSET,
    CLIENT_UNSET,
    VAULT_UNSET,
    'IDENTITY_ENDPOINT is not set: this function app has no managed identity. Assign one in the portal under Settings > Identity, then restart the app',
  ];
  expect(body).toEqual(misconfigured(`${faults.join('; ')}.`, 'these settings'));
  expect(settingsOutputs(await app.readiness())).toEqual(faults.map((fault) => `${fault}.`));
});

test.each([
  [
    'an unknown mode',
    { CALLER_AUTH: 'everybody' },
    'CALLER_AUTH must be key, entra, oidc, easyauth, "entra,easyauth" or, in local development, none',
  ],
  [
    'CALLER_AUTH=none, in Azure',
    { ...IN_AZURE, CALLER_AUTH: 'none' },
    'CALLER_AUTH is none, which is for local development only: use key, entra, oidc or easyauth',
  ],
  [
    'App Service Authentication that is off',
    { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: 'false' },
    'CALLER_AUTH is easyauth, but App Service Authentication is off (WEBSITE_AUTH_ENABLED is not true), so anyone could forge its headers. Switch it on in the portal under Settings > Authentication',
  ],
  [
    'Entra without an audience',
    { CALLER_AUTH: 'entra' },
    'CALLER_AUDIENCE is not set: CALLER_AUTH=entra needs the audience of this API in tokens, its application (client) id or App ID URI',
  ],
  ['a rate of 0', { CALLER_RATE_PER_MINUTE: '0' }, 'CALLER_RATE_PER_MINUTE must be a whole number from 1 to 999999'],
] as const)('with %s no caller may read readiness until the setting is corrected', async (_, settings, fault) => {
  const app = scenario.startApp({ settings: { ...settings, POWERBI_CLIENT_ID: 'not-an-id-at-all' } });
  const detail = `${CLIENT_WRONG}; ${fault}.`;
  const { error, error_description, ...withoutOAuth } = misconfigured(detail, 'these settings');
  expect([error, error_description]).toEqual(['server_error', expect.any(String)]);
  const readiness = await app.readiness();
  expect({ status: readiness.status, body: readiness.body }).toEqual({ status: 500, body: withoutOAuth });
  expect((await app.token()).body).toEqual(misconfigured(detail, 'these settings'));
  expect((await app.request('health')).body).toEqual({ status: 'pass' });
  expect(authLevelOf(app.app)).toBe(!('CALLER_AUTH' in settings) ? 'function' : 'anonymous');
  expect(countAsked(scenario)).toEqual(asked({}));
});

test('spaces around a value are removed', async () => {
  const padded = Object.fromEntries(
    ['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID', 'KEY_VAULT_URI', 'POWERBI_API_URL'].map((name) => [
      name,
      ` ${scenario.settings[name] ?? ''}/`.replace(/([\da-f]{12})\/$/, '$1 '),
    ]),
  );
  expect((await scenario.startApp({ settings: padded }).token()).status).toBe(200);
});

test('the tenant may be a domain', async () => {
  const { token } = scenario.startApp({ settings: { POWERBI_TENANT_ID: seed.tenantDomain } });
  expect((await token()).status).toBe(200);
});
