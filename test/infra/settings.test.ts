import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../src/config/setting-names.ts';
import { bracketed, members, readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

const settings = members(bracketed(readBicep('infra/main.bicep'), 'settings: union(extraSettings, {'));
const deployed = Object.keys(settings);
const leftOut = tableBelow(readText('docs/operations.md'), '## Settings').map(([name]) => String(name));

/** What the host reads, and not the program. */
const hostSettings = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
];

describe('the app settings that are deployed', () => {
  test('are, with those that the operations guide leaves out, all that the program reads', () => {
    const read = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES];
    expect([...deployed.filter((name) => !hostSettings.includes(name)), ...leftOut].sort()).toEqual([...read].sort());
  });

  test('are besides that what the host needs, and nothing that nobody reads', () => {
    expect(deployed.filter((name) => !SETTING_NAMES.some((read) => read === name)).sort()).toEqual(hostSettings);
  });

  test('hold each what it is named for', () => {
    expect(settings).toMatchObject({
      KEY_VAULT_URI: 'vault.outputs.vaultUri',
      POWERBI_TENANT_ID: 'powerBiTenantId',
      POWERBI_CLIENT_ID: 'powerBiClientId',
      POWERBI_CLIENT_SECRET_NAME: 'clientSecretName',
      POWERBI_CLOUD: 'powerBiCloud',
      PROFILES_FILE: 'profilesFile',
      CALLER_AUTH: 'authentication',
      CALLER_TENANT_ID: 'callersTenantId',
      CALLER_AUDIENCE: 'audience',
      CALLER_RATE_PER_MINUTE: "callerRatePerMinute > 0 ? string(callerRatePerMinute) : ''",
      SIGN_IN_REDIRECT_URI: "signIn ? '${functionApp.outputs.functionAppUrl}/api/auth/callback' : ''",
      SIGN_IN_RETURN_ORIGINS: "join(signInReturnOrigins, ',')",
      SIGN_IN_COOKIE_SECRET_NAME: "signIn ? signInCookieSecretName : ''",
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: "usesEasyAuth ? identity.properties.clientId : ''",
    });
  });

  test('name the identity in all three places, without which a user-assigned one is not found', () => {
    expect(settings).toMatchObject({
      AzureWebJobsStorage__credential: "'managedidentity'",
      AzureWebJobsStorage__clientId: 'identity.properties.clientId',
      AZURE_CLIENT_ID: 'identity.properties.clientId',
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: "'ClientId=${identity.properties.clientId};Authorization=AAD'",
    });
  });
});

describe('the templates', () => {
  const deprecated = [
    'FUNCTIONS_WORKER_RUNTIME',
    'FUNCTIONS_EXTENSION_VERSION',
    'WEBSITE_RUN_FROM_PACKAGE',
    'WEBSITE_CONTENTSHARE',
    'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
    'SCM_DO_BUILD_DURING_DEPLOYMENT',
    'ENABLE_ORYX_BUILD',
  ];
  const refused = ['ftpsState', 'alwaysOn', 'linuxFxVersion', 'windowsFxVersion', 'use32BitWorkerProcess'];

  test.each([...deprecated, ...refused])('do not set %s, which Flex Consumption ignores or refuses', (name) => {
    const templates = ['main', 'modules/function', 'modules/app-settings'].map((file) =>
      readBicep(`infra/${file}.bicep`),
    );
    expect(templates.filter((template) => template.includes(name))).toEqual([]);
  });
});
