import { createHash } from 'node:crypto';
import type { Config, SoundConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { sound } from '../support/sound-config.ts';
import { the } from '../support/the.ts';

/** The minimum settings of a deployed app. */
const COMPLETE = {
  POWERBI_TENANT_ID: the.tenantId,
  POWERBI_CLIENT_ID: the.clientId,
  KEY_VAULT_URI: the.vaultUrl,
  IDENTITY_ENDPOINT: 'http://127.0.0.1:41000/msi/token',
  IDENTITY_HEADER: 'identity-header',
};

type Settings = Readonly<Record<string, string | undefined>>;

const read = (settings: Settings = {}): Config => readConfig({ ...COMPLETE, ...settings }, () => undefined);
const readSound = (settings?: Settings): SoundConfig => sound(read(settings));
const faultyNames = ({ faults }: Config): string[] => faults.map(({ name }) => name);

test('the minimum settings give one profile, with every default', () => {
  const config = readSound();
  expect(config).toMatchObject({
    faults: [],
    identity: { kind: 'managed', clientId: undefined },
    keyVault: { vaultUrl: the.vaultUrl, vaultScope: the.vaultScope, verifyChallengeResource: true },
    callers: { modes: ['key'], tenantId: the.tenantId, audiences: [], ratePerMinute: undefined, faults: [] },
    signIn: { returnOrigins: [], cookieSecretName: 'sign-in-cookie-key' },
  });
  expect([...config.profiles.values()]).toMatchObject([
    {
      grant: 'client_credentials',
      name: 'default',
      issuer: { issuer: the.issuer, tokenEndpoint: the.tokenEndpoint },
      clientId: the.clientId,
      credential: { kind: 'secret', secretName: the.secretName },
      target: { scope: the.scope },
    },
  ]);
});

test('the configuration is frozen', () => {
  expect(Object.isFrozen(read())).toBe(true);
});

describe.each([
  ['missing', undefined],
  ['empty', ''],
  ['blank', '  \t '],
])('a setting that is %s', (_, value) => {
  test.each(['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID', 'KEY_VAULT_URI', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER'])(
    '%s is a fault if it is required',
    (name) => {
      const config = read({ [name]: value });
      expect(faultyNames(config)).toEqual([name]);
      expect(config.faults[0]?.problem).toMatch(/^is not set: \w/);
    },
  );

  test.each([
    'POWERBI_CLIENT_SECRET_NAME',
    'POWERBI_CLOUD',
    'AZURE_CLIENT_ID',
    'PROFILES_FILE',
    'CALLER_AUTH',
    'CALLER_ISSUER',
    'CALLER_TENANT_ID',
    'CALLER_AUDIENCE',
    'CALLER_RATE_PER_MINUTE',
    'PUBLIC_URL',
    'SIGN_IN_REDIRECT_URI',
    'SIGN_IN_RETURN_ORIGINS',
    'SIGN_IN_COOKIE_SECRET_NAME',
    'AZURE_AUTHORITY_HOST',
    'POWERBI_API_URL',
  ])('%s counts as unset', (name) => {
    expect(read({ [name]: value })).toEqual(read());
  });
});

test('without any setting, every required one is named', () => {
  const { faults } = readConfig({}, () => undefined);
  expect(faults.map(({ name }) => name).sort()).toEqual([
    'IDENTITY_ENDPOINT',
    'KEY_VAULT_URI',
    'POWERBI_CLIENT_ID',
    'POWERBI_TENANT_ID',
  ]);
});

const WRONG: [name: string, value: string][] = [
  ['POWERBI_TENANT_ID', 'common'],
  ['POWERBI_TENANT_ID', 'organizations'],
  ['POWERBI_TENANT_ID', 'contoso.com/evil'],
  ['POWERBI_TENANT_ID', `${the.tenantId}/../other`],
  ['POWERBI_TENANT_ID', '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)'],
  ['POWERBI_CLIENT_ID', 'my-app'],
  ['POWERBI_CLIENT_ID', '@Microsoft.AppConfiguration(Endpoint=https://x)'],
  ['POWERBI_CLIENT_SECRET_NAME', 'Xy8Q~the.secret_itself'],
  ['POWERBI_CLIENT_SECRET_NAME', '../keys/other'],
  ['POWERBI_CLIENT_SECRET_NAME', 'a'.repeat(128)],
  ['POWERBI_CLOUD', 'germany'],
  ['POWERBI_CLOUD', 'toString'],
  ['KEY_VAULT_URI', 'contoso'],
  ['KEY_VAULT_URI', 'http://contoso.vault.azure.net'],
  ['KEY_VAULT_URI', 'https://contoso.vault.azure.net/secrets/name'],
  ['KEY_VAULT_URI', 'https://user:pass@contoso.vault.azure.net'],
  ['KEY_VAULT_URI', 'https://contoso.vault.azure.net.evil.example'],
  ['KEY_VAULT_URI', 'https://evilvault.azure.net'],
  ['KEY_VAULT_URI', 'https://.vault.azure.net'],
  ['KEY_VAULT_URI', 'https://contoso.vault.azure.cn'],
  ['KEY_VAULT_URI', 'https://127.0.0.1:8443'],
  ['KEY_VAULT_URI', 'https://contoso.vault.azure.net:8443'],
  ['AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com:8443'],
  ['POWERBI_API_URL', 'https://api.powerbi.com:8443'],
  ['AZURE_CLIENT_ID', 'my-identity'],
  ['IDENTITY_ENDPOINT', 'not an address'],
  ['AZURE_AUTHORITY_HOST', 'https://login.evil.example'],
  ['AZURE_AUTHORITY_HOST', 'login.microsoftonline.com'],
  ['AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.us'],
  ['POWERBI_API_URL', 'https://api.powerbi.com/v1.0/myorg'],
  ['POWERBI_API_URL', 'https://api.evil.example'],
  ['CALLER_TENANT_ID', 'contoso.com'],
  ['CALLER_RATE_PER_MINUTE', '0'],
  ['CALLER_RATE_PER_MINUTE', '-1'],
  ['CALLER_RATE_PER_MINUTE', '1.5'],
  ['CALLER_RATE_PER_MINUTE', 'many'],
  ['CALLER_RATE_PER_MINUTE', '1000000'],
  ['CALLER_AUTH', 'everybody'],
  ['CALLER_AUTH', 'key,entra'],
  ['CALLER_AUTH', 'none'],
  ['CALLER_AUTH', 'easyauth'],
  ['CALLER_AUTH', '__proto__'],
  ['SIGN_IN_RETURN_ORIGINS', 'https://app.contoso.com/path'],
  ['SIGN_IN_RETURN_ORIGINS', 'https://app.contoso.com,*'],
  ['SIGN_IN_RETURN_ORIGINS', 'http://app.contoso.com'],
  ['SIGN_IN_RETURN_ORIGINS', 'https://app.contoso.com/#page'],
  ['SIGN_IN_RETURN_ORIGINS', 'ftp://app.contoso.com'],
  ['SIGN_IN_REDIRECT_URI', 'http://bi.contoso.com/api/auth/callback'],
  ['SIGN_IN_REDIRECT_URI', 'https://bi.contoso.com/#/auth/callback'],
  ['SIGN_IN_REDIRECT_URI', 'https://bi.contoso.com/?to=/auth/callback'],
  ['SIGN_IN_REDIRECT_URI', 'https://user:word@bi.contoso.com/api/auth/callback'],
  ['SIGN_IN_REDIRECT_URI', 'https://bi.contoso.com/api/auth/callback/'],
  ['SIGN_IN_REDIRECT_URI', 'not an address'],
  ['PUBLIC_URL', 'tokens.contoso.com/api'],
  ['PUBLIC_URL', 'http://bi.contoso.com/api'],
  ['PUBLIC_URL', 'https://bi.contoso.com/api#top'],
  ['PUBLIC_URL', 'https://bi.contoso.com/api?code=1'],
  ['PUBLIC_URL', 'https://user:word@bi.contoso.com/api'],
  ['CALLER_ISSUER', 'http://issuer.example'],
  ['CALLER_ISSUER', 'https://issuer.example/#x'],
  ['CALLER_AUDIENCE', 'https://graph.microsoft.com'],
  ['CALLER_AUDIENCE', 'api://powerbi-token, 00000009-0000-0000-c000-000000000000'],
  ['CALLER_AUDIENCE', ' , '],
  ['SIGN_IN_COOKIE_SECRET_NAME', 'a secret!'],
];

test.each(WRONG)('%s=%j is a fault with its name and without its value', (name, value) => {
  const { faults } = read({ [name]: value });
  expect(faults.map((fault) => fault.name)).toEqual([name]);
  const told = faults.map(({ problem }) => problem).join();
  // The message may have the allowed words, and never the typed value.
  if (!['none', 'easyauth', 'common', 'organizations'].includes(value)) expect(told).not.toContain(value);
});

test('all faults are named together', () => {
  const last = new Map(WRONG);
  expect(faultyNames(read(Object.fromEntries(last))).sort()).toEqual([...last.keys()].sort());
});

test('no fault repeats a secret that was typed into a setting', () => {
  const secret = `Xy8Q~${createHash('sha256').update('planted').digest('base64')}`;
  const names = new Set([...WRONG.map(([name]) => name), 'IDENTITY_HEADER', 'CALLER_AUDIENCE', 'PROFILES_FILE']);
  const { faults } = read(Object.fromEntries([...names].map((name) => [name, secret])));
  expect(faults.length).toBeGreaterThan(10);
  expect(JSON.stringify(faults)).not.toContain(secret);
});

test.each([
  [
    'public',
    'https://login.microsoftonline.com',
    'https://analysis.windows.net/powerbi/api/.default',
    'https://api.powerbi.com',
    'vault.azure.net',
  ],
  [
    'gcc',
    'https://login.microsoftonline.com',
    'https://analysis.usgovcloudapi.net/powerbi/api/.default',
    'https://api.powerbigov.us',
    'vault.azure.net',
  ],
  [
    'gcchigh',
    'https://login.microsoftonline.us',
    'https://high.analysis.usgovcloudapi.net/powerbi/api/.default',
    'https://api.high.powerbigov.us',
    'vault.usgovcloudapi.net',
  ],
  [
    'dod',
    'https://login.microsoftonline.us',
    'https://mil.analysis.usgovcloudapi.net/powerbi/api/.default',
    'https://api.mil.powerbigov.us',
    'vault.usgovcloudapi.net',
  ],
  [
    'china',
    'https://login.partner.microsoftonline.cn',
    'https://analysis.chinacloudapi.cn/powerbi/api/.default',
    'https://api.powerbi.cn',
    'vault.azure.cn',
  ],
  [
    'GCCHigh',
    'https://login.microsoftonline.us',
    'https://high.analysis.usgovcloudapi.net/powerbi/api/.default',
    'https://api.high.powerbigov.us',
    'vault.usgovcloudapi.net',
  ],
])('POWERBI_CLOUD=%s selects authority, scope, API and vault', (name, authority, scope, apiUrl, vault) => {
  const config = readSound({ POWERBI_CLOUD: name, KEY_VAULT_URI: `https://contoso.${vault}` });
  expect(config.faults).toEqual([]);
  expect([config.cloud.authority, config.cloud.powerBiApiUrl]).toEqual([authority, apiUrl]);
  expect(config.profiles.get('default')).toMatchObject({
    issuer: { tokenEndpoint: `${authority}/${the.tenantId}/oauth2/v2.0/token` },
    target: { scope },
  });
  expect(config.keyVault?.vaultScope).toBe(`https://${vault}/.default`);
});

test.each([
  ['POWERBI_TENANT_ID', 'contoso.onmicrosoft.com'],
  ['POWERBI_TENANT_ID', the.tenantId.toUpperCase()],
  ['POWERBI_CLIENT_SECRET_NAME', 'a'.repeat(127)],
  ['KEY_VAULT_URI', 'https://contoso.vault.azure.net/'],
  ['KEY_VAULT_URI', ` ${the.vaultUrl} `],
  ['AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com/'],
  ['AZURE_AUTHORITY_HOST', 'https://login.windows.net'],
  ['POWERBI_API_URL', 'https://api.powerbi.com'],
  ['AZURE_CLIENT_ID', the.identityClientId],
  ['CALLER_RATE_PER_MINUTE', '999999'],
  ['SIGN_IN_RETURN_ORIGINS', 'https://a.contoso.com, http://localhost:3000'],
])('%s=%j is accepted', (name, value) => {
  expect(read({ [name]: value }).faults).toEqual([]);
});

describe('in local development', () => {
  const Development = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };

  test('any host is accepted, and the challenge of a vault in another domain is not checked', () => {
    const config = read({
      ...Development,
      KEY_VAULT_URI: 'https://127.0.0.1:8443',
      AZURE_AUTHORITY_HOST: 'https://localhost:8444',
      POWERBI_API_URL: 'https://localhost:8445/',
    });
    expect(config).toMatchObject({
      faults: [],
      keyVault: { vaultUrl: 'https://127.0.0.1:8443', verifyChallengeResource: false },
      cloud: { authority: 'https://localhost:8444', powerBiApiUrl: 'https://localhost:8445' },
    });
  });

  test('the challenge of a vault of the cloud is checked', () => {
    expect(readSound(Development).keyVault?.verifyChallengeResource).toBe(true);
  });

  test('plain HTTP is never accepted', () => {
    expect(faultyNames(read({ ...Development, KEY_VAULT_URI: 'http://127.0.0.1:8443' }))).toEqual(['KEY_VAULT_URI']);
  });

  test('without an identity endpoint the developer reads the vault', () => {
    const config = readSound({ ...Development, IDENTITY_ENDPOINT: undefined, IDENTITY_HEADER: undefined });
    expect([config.identity, config.faults]).toEqual([{ kind: 'developer' }, []]);
  });

  test('with an identity endpoint the managed identity reads the vault', () => {
    expect(readSound(Development).identity).toEqual({
      kind: 'managed',
      endpoint: 'http://127.0.0.1:41000/msi/token',
      header: 'identity-header',
      clientId: undefined,
    });
  });

  test('CALLER_AUTH=none is accepted', () => {
    expect(read({ ...Development, CALLER_AUTH: 'none' }).callers).toMatchObject({ modes: ['none'], faults: [] });
  });
});

describe.each([
  ['WEBSITE_INSTANCE_ID', 'abc'],
  ['CONTAINER_NAME', 'abc'],
  ['WEBSITE_HOSTNAME', 'contoso.azurewebsites.net'],
  ['WEBSITE_HOSTNAME', 'localhost.contoso.com'],
])('in Azure (%s=%s), the environment name Development relaxes no rule', (name, value) => {
  const onAzure = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development', [name]: value };

  test.each([
    ['CALLER_AUTH', 'none'],
    ['KEY_VAULT_URI', 'https://127.0.0.1:8443'],
    ['AZURE_AUTHORITY_HOST', 'https://localhost:8444'],
    ['POWERBI_API_URL', 'https://localhost:8445'],
    ['IDENTITY_ENDPOINT', undefined],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ])('%s=%s is a fault', (setting, wrong) => {
    expect(faultyNames(read({ ...onAzure, [setting]: wrong }))).toEqual([setting]);
  });
});

test.each(['localhost', 'localhost:7071', '127.0.0.1:7071', '[::1]:7071', undefined])(
  'a host named %s is local development, which may switch TLS checks off',
  (hostname) => {
    const { faults, callers } = read({
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      WEBSITE_HOSTNAME: hostname,
      CONTAINER_NAME: hostname === undefined ? undefined : 'devcontainer',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      CALLER_AUTH: 'none',
    });
    expect([faults, callers.modes]).toEqual([[], ['none']]);
  },
);

test.each(['1', undefined])('NODE_TLS_REJECT_UNAUTHORIZED=%s is no fault', (value) => {
  expect(read({ NODE_TLS_REJECT_UNAUTHORIZED: value }).faults).toEqual([]);
});

describe('the address that callers use', () => {
  const addressOf = (settings: Settings, hostJson?: string): unknown =>
    readConfig({ ...COMPLETE, ...settings }, (name) => (name === 'host.json' ? hostJson : undefined)).publicAddress;
  const withPrefix = (routePrefix: unknown): string => JSON.stringify({ extensions: { http: { routePrefix } } });
  const inAzure = { WEBSITE_HOSTNAME: 'contoso.azurewebsites.net' };

  test.each<[string, Settings, string | undefined, string | undefined, string]>([
    ['is unknown on a developer’s machine', {}, undefined, undefined, '/api'],
    ['is unknown under localhost', { WEBSITE_HOSTNAME: 'localhost:7071' }, undefined, undefined, '/api'],
    ['is that of the platform', inAzure, undefined, 'https://contoso.azurewebsites.net/api', '/api'],
    [
      'is PUBLIC_URL',
      { ...inAzure, PUBLIC_URL: 'https://bi.contoso.com/v1/' },
      undefined,
      'https://bi.contoso.com/v1',
      '/api',
    ],
    [
      'has the prefix of host.json',
      inAzure,
      withPrefix('tokens/v2'),
      'https://contoso.azurewebsites.net/tokens/v2',
      '/tokens/v2',
    ],
    ['has no prefix if host.json has an empty one', inAzure, withPrefix(''), 'https://contoso.azurewebsites.net', ''],
    ['has the usual prefix if host.json names none', inAzure, '{}', 'https://contoso.azurewebsites.net/api', '/api'],
    [
      'has the usual prefix if host.json names a number',
      inAzure,
      withPrefix(1),
      'https://contoso.azurewebsites.net/api',
      '/api',
    ],
    ['has the usual prefix if host.json does not parse', inAzure, '{', 'https://contoso.azurewebsites.net/api', '/api'],
  ])('%s', (_, settings, hostJson, url, routePrefix) => {
    expect(addressOf(settings, hostJson)).toEqual({ url, routePrefix });
  });
});

describe('CALLER_AUTH', () => {
  const entra = { CALLER_AUTH: 'entra', CALLER_AUDIENCE: 'api://powerbi-token' };

  test('entra takes the tenant from POWERBI_TENANT_ID, and several audiences', () => {
    const { callers } = read({ ...entra, CALLER_AUDIENCE: 'api://one, , api://two' });
    expect(callers).toMatchObject({
      modes: ['entra'],
      tenantId: the.tenantId,
      audiences: ['api://one', 'api://two'],
      faults: [],
    });
  });

  test.each([
    ['no audience', { CALLER_AUTH: 'entra' }, ['CALLER_AUDIENCE']],
    ['a domain in place of the tenant id', { ...entra, POWERBI_TENANT_ID: 'contoso.com' }, ['CALLER_TENANT_ID']],
    [
      'a tenant that is not an id',
      { ...entra, POWERBI_TENANT_ID: 'contoso.com', CALLER_TENANT_ID: 'x' },
      ['CALLER_TENANT_ID'],
    ],
    ['easyauth that is switched off', { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: 'false' }, ['CALLER_AUTH']],
  ])('with %s no caller is admitted', (_, settings, expected) => {
    const config = read(settings);
    expect([config.callers.faults.map(({ name }) => name), faultyNames(config)]).toEqual([expected, expected]);
  });

  test('oidc accepts any OpenID provider, and needs no tenant', () => {
    const { callers } = read({
      CALLER_AUTH: 'oidc',
      CALLER_ISSUER: 'https://issuer.example/realms/contoso',
      CALLER_AUDIENCE: 'our-api',
      POWERBI_TENANT_ID: 'contoso.com',
    });
    expect(callers).toMatchObject({
      modes: ['oidc'],
      issuer: 'https://issuer.example/realms/contoso',
      audiences: ['our-api'],
      faults: [],
    });
  });

  test.each([
    ['issuer', { CALLER_AUTH: 'oidc', CALLER_AUDIENCE: 'our-api' }, ['CALLER_ISSUER']],
    ['audience', { CALLER_AUTH: 'oidc', CALLER_ISSUER: 'https://issuer.example' }, ['CALLER_AUDIENCE']],
  ])('oidc without %s admits no caller', (_, settings, expected) => {
    expect(read(settings).callers.faults.map(({ name }) => name)).toEqual(expected);
  });

  test.each(['entra,easyauth', 'easyauth, entra'])('%j admits both kinds of callers', (mode) => {
    const { callers } = read({ ...entra, CALLER_AUTH: mode, WEBSITE_AUTH_ENABLED: 'True' });
    expect([callers.modes, callers.faults]).toEqual([['entra', 'easyauth'], []]);
  });
});
