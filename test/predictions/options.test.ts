import { type Compiler, type Prediction, startCompiler } from './compiler.ts';
import { appSettingsOf, resourceOf, resourcesOf } from './predicted.ts';
import type { Json } from './to-bicep.ts';

let compiler: Compiler;
beforeAll(() => {
  compiler = startCompiler();
});
afterAll(() => {
  compiler.close();
});

const isolated = { isolateNetwork: true, operatorAddresses: ['203.0.113.7/32'] };
const subnets = { app: '/networks/hub/subnets/functions', endpoints: '/networks/hub/subnets/endpoints' };
const zones = { blob: '/zones/blob', vault: '/zones/vault', sites: '/zones/sites' };

async function predict(parameters: Record<string, Json>): Promise<Prediction> {
  const prediction = await compiler.predict({ stage: 'dev', ...parameters });
  expect(prediction.diagnostics).toEqual([]);
  return prediction;
}

/** Some members of one resource. */
async function expectResource(type: string, expected: object, parameters: Record<string, Json>): Promise<void> {
  expect(resourceOf(await predict(parameters), type)).toMatchObject(expected);
}

async function expectCounts(parameters: Record<string, Json>, counts: Record<string, number>): Promise<void> {
  const prediction = await predict(parameters);
  const found = Object.keys(counts).map((type) => [type, resourcesOf(prediction, type).length]);
  expect(Object.fromEntries(found)).toEqual(counts);
}

const endpoints = 'Microsoft.Network/privateEndpoints';
const networks = 'Microsoft.Network/virtualNetworks';
const dnsZones = 'Microsoft.Network/privateDnsZones';
const vaults = 'Microsoft.KeyVault/vaults';
const accounts = 'Microsoft.Storage/storageAccounts';
const sites = 'Microsoft.Web/sites';
const plans = 'Microsoft.Web/serverfarms';
const locks = 'Microsoft.Authorization/locks';
const workspaces = 'Microsoft.OperationalInsights/workspaces';
const rules = 'Microsoft.Network/networkSecurityGroups';

describe('the network', () => {
  test.each<[string, Record<string, Json>, Record<string, number>]>([
    ['does not exist unless it is chosen', {}, { [networks]: 0, [endpoints]: 0, [dnsZones]: 0 }],
    ['leads to vault and storage', isolated, { [networks]: 1, [endpoints]: 2, [dnsZones]: 2 }],
    [
      'also leads to the app with privateInbound',
      { ...isolated, privateInbound: true },
      { [networks]: 1, [endpoints]: 3, [dnsZones]: 3 },
    ],
    [
      'is an existing one with existingSubnetIds, and new zones are linked to it',
      { isolateNetwork: true, existingSubnetIds: subnets },
      { [networks]: 0, [endpoints]: 2, [dnsZones]: 2, [`${dnsZones}/virtualNetworkLinks`]: 2 },
    ],
    [
      'uses existing zones with existingZoneIds',
      { isolateNetwork: true, existingSubnetIds: subnets, existingZoneIds: zones, privateInbound: true },
      { [networks]: 0, [endpoints]: 3, [dnsZones]: 0 },
    ],
  ])('%s', (_title, parameters, counts) => expectCounts(parameters, counts));

  test.each<[string, string, object, Record<string, Json>]>([
    ['closes the storage account', accounts, { properties: { publicNetworkAccess: 'Disabled' } }, isolated],
    [
      'closes the vault except for operatorAddresses',
      vaults,
      {
        properties: {
          publicNetworkAccess: 'Enabled',
          networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.7/32' }] },
        },
      },
      isolated,
    ],
    [
      'closes the vault to the internet when people come from operatorNetworks',
      vaults,
      { properties: { publicNetworkAccess: 'Disabled', networkAcls: { defaultAction: 'Deny', ipRules: [] } } },
      { isolateNetwork: true, operatorNetworks: ['10.1.0.0/16'] },
    ],
    [
      'lets operatorNetworks and the app reach the endpoints',
      rules,
      {
        properties: {
          securityRules: [
            { properties: { access: 'Allow', sourceAddressPrefixes: ['10.42.0.0/27', '10.1.0.0/16'] } },
            { properties: { access: 'Deny', sourceAddressPrefix: '*' } },
          ],
        },
      },
      { isolateNetwork: true, operatorNetworks: ['10.1.0.0/16'] },
    ],
    [
      'lets callers of connected networks reach the endpoints with privateInbound',
      rules,
      { properties: { securityRules: [{ properties: { sourceAddressPrefix: 'VirtualNetwork' } }, {}] } },
      { ...isolated, privateInbound: true },
    ],
    [
      'leaves the vault open while the app only joins',
      vaults,
      { properties: { publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Allow' } } },
      { isolateNetwork: true, joinOnly: true },
    ],
    [
      'leaves the storage account open while the app only joins',
      accounts,
      { properties: { publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Allow' } } },
      { isolateNetwork: true, joinOnly: true },
    ],
    [
      'has the app in it while the app only joins',
      sites,
      {
        properties: {
          virtualNetworkSubnetId: expect.stringMatching(/\/virtualNetworks\/vnet-pbitoken-dev\/subnets\/app$/),
        },
      },
      { isolateNetwork: true, joinOnly: true },
    ],
    [
      'lets only the app reach the internet',
      networks,
      {
        properties: {
          subnets: [
            {
              name: 'app',
              properties: {
                addressPrefix: '10.42.0.0/27',
                defaultOutboundAccess: true,
                delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }],
              },
            },
            { name: 'endpoints', properties: { addressPrefix: '10.42.0.32/27', defaultOutboundAccess: false } },
          ],
        },
      },
      isolated,
    ],
    [
      'is the one of existingSubnetIds for the app',
      sites,
      { properties: { virtualNetworkSubnetId: subnets.app } },
      { isolateNetwork: true, existingSubnetIds: subnets },
    ],
  ])('%s', (_title, type, expected, parameters) => expectResource(type, expected, parameters));

  test('names each endpoint in the existing zone of its service', async () => {
    const prediction = await predict({
      isolateNetwork: true,
      privateInbound: true,
      existingSubnetIds: subnets,
      existingZoneIds: zones,
    });
    const groups = resourcesOf(prediction, `${endpoints}/privateDnsZoneGroups`);
    expect(groups.map(({ properties }) => properties)).toEqual(
      ['blob', 'vault', 'sites'].map((name) => ({
        privateDnsZoneConfigs: [{ name, properties: { privateDnsZoneId: `/zones/${name}` } }],
      })),
    );
  });
});

describe('the app', () => {
  test.each<[string, string, object, Record<string, Json>]>([
    ['is open to the internet', sites, { properties: { publicNetworkAccess: 'Enabled' } }, {}],
    [
      'is closed to the internet with privateInbound',
      sites,
      { properties: { publicNetworkAccess: 'Disabled' } },
      { ...isolated, privateInbound: true },
    ],
    [
      'answers only allowedAddresses',
      sites,
      {
        properties: {
          siteConfig: {
            ipSecurityRestrictionsDefaultAction: 'Deny',
            ipSecurityRestrictions: [{ action: 'Allow', priority: 100, ipAddress: '198.51.100.0/24' }],
          },
        },
      },
      { allowedAddresses: ['198.51.100.0/24'] },
    ],
    [
      'lets the pages of corsOrigins read answers',
      sites,
      {
        properties: {
          siteConfig: { cors: { allowedOrigins: ['https://portal.contoso.com'], supportCredentials: true } },
        },
      },
      { corsOrigins: ['https://portal.contoso.com'], corsCredentials: true },
    ],
    [
      'has the requested size',
      sites,
      {
        properties: {
          functionAppConfig: {
            runtime: { name: 'node', version: '24' },
            scaleAndConcurrency: {
              instanceMemoryMB: 2048,
              maximumInstanceCount: 3,
              alwaysReady: [{ name: 'http', instanceCount: 2 }],
            },
          },
        },
      },
      { nodeVersion: '24', instanceMemoryMB: 2048, maximumInstanceCount: 3, alwaysReadyInstances: 2 },
    ],
    [
      'is replaced a few instances at a time with rollingUpdate',
      sites,
      { properties: { functionAppConfig: { siteUpdateStrategy: { type: 'RollingUpdate' } } } },
      { rollingUpdate: true },
    ],
    [
      'is spread over zones with zoneRedundant',
      plans,
      { properties: { zoneRedundant: true } },
      { zoneRedundant: true, alwaysReadyInstances: 2 },
    ],
    [
      'is found by azd through its tag',
      sites,
      { tags: { 'azd-service-name': 'api', 'azd-env-name': 'trial' } },
      { azdEnvironmentName: 'trial' },
    ],
  ])('%s', (_title, type, expected, parameters) => expectResource(type, expected, parameters));

  test('has no update strategy unless rollingUpdate is chosen', async () => {
    const { properties } = resourceOf(await predict({}), sites);
    expect(JSON.stringify(properties)).not.toContain('siteUpdateStrategy');
  });
});

describe('the vault', () => {
  test.each<[string, Record<string, Json>, number]>([
    ['has no lock in dev', { stage: 'dev' }, 0],
    ['has a lock in prod', { stage: 'prod', callerAuth: 'key', ...isolated }, 1],
    [
      'has no lock in prod with lockVault false',
      { stage: 'prod', callerAuth: 'key', ...isolated, lockVault: false },
      0,
    ],
  ])('%s', (_title, parameters, count) => expectCounts(parameters, { [locks]: count }));
});

describe('the logs', () => {
  test('go to the workspace of workspaceId, and no other workspace is made', async () => {
    const prediction = await predict({ workspaceId: '/workspaces/central' });
    const settings = resourcesOf(prediction, 'Microsoft.Insights/diagnosticSettings');
    expect(resourcesOf(prediction, workspaces)).toEqual([]);
    expect(resourceOf(prediction, 'Microsoft.Insights/components')).toMatchObject({
      properties: { WorkspaceResourceId: '/workspaces/central' },
    });
    expect(settings.map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ workspaceId: '/workspaces/central' }),
      expect.objectContaining({ workspaceId: '/workspaces/central', logAnalyticsDestinationType: 'Dedicated' }),
    ]);
  });
});

describe('the app settings', () => {
  test.each<[string, Record<string, Json>, Record<string, string>]>([
    ['require profiles.json with profilesFile', { profilesFile: 'profiles.json' }, { PROFILES_FILE: 'profiles.json' }],
    ['limit each caller', { callerRatePerMinute: 60 }, { CALLER_RATE_PER_MINUTE: '60' }],
    [
      'accept callers of another issuer',
      { callerAuth: 'oidc', callerIssuer: 'https://login.contoso.com', callerAudience: 'api' },
      { CALLER_AUTH: 'oidc', CALLER_ISSUER: 'https://login.contoso.com', CALLER_AUDIENCE: 'api' },
    ],
    [
      'name the tenant of the deployment when there is no default registration',
      { callerAuth: 'entra', callerAudience: 'api' },
      { CALLER_TENANT_ID: '00000000-0000-0000-0000-00000000aaaa' },
    ],
    [
      'let the identity sign for App Service Authentication, and show its audience',
      { callerAuth: 'easyauth', callerClientId: 'token-api' },
      { CALLER_AUDIENCE: 'token-api', OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: '<id-pbitoken-dev.clientId>' },
    ],
    [
      'send a sign-in back to the public address',
      {
        signIn: true,
        publicUrl: 'https://bi.contoso.com/api',
        signInReturnOrigins: ['https://a.com', 'https://b.com'],
      },
      {
        PUBLIC_URL: 'https://bi.contoso.com/api',
        SIGN_IN_REDIRECT_URI: 'https://bi.contoso.com/api/auth/callback',
        SIGN_IN_RETURN_ORIGINS: 'https://a.com,https://b.com',
        SIGN_IN_COOKIE_SECRET_NAME: 'sign-in-cookie-key',
      },
    ],
    [
      'have those of extraSettings, which override none of the others',
      { extraSettings: { EXTRA: 'yes', CALLER_AUTH: 'none' } },
      { EXTRA: 'yes', CALLER_AUTH: 'key' },
    ],
  ])('%s', async (_title, parameters, expected) => {
    expect(appSettingsOf(await predict(parameters))).toMatchObject(expected);
  });
});

describe('names and tags', () => {
  test('are the given ones', async () => {
    const prediction = await predict({
      names: {
        functionApp: 'app',
        plan: 'plan',
        identity: 'me',
        keyVault: 'vault-of-ours',
        storageAccount: 'account1',
      },
      extraTags: { costCenter: '42' },
    });
    const types = [sites, plans, vaults, accounts, 'Microsoft.ManagedIdentity/userAssignedIdentities'];
    expect(types.map((type) => resourceOf(prediction, type)).map(({ name, tags }) => [name, tags])).toEqual(
      ['app', 'plan', 'vault-of-ours', 'account1', 'me'].map((name) => [
        name,
        { costCenter: '42', workload: 'pbitoken', stage: 'dev' },
      ]),
    );
  });
});
