import { OPENAPI } from '../../src/http/openapi/document.ts';
import { type Compiler, startCompiler } from './compiler.ts';

let compiler: Compiler;
beforeAll(() => {
  compiler = startCompiler();
});
afterAll(() => {
  compiler.close();
});

/** Whether an operation is open, or requires the session of the program. */
function guardsItself(operation: object): boolean {
  const security = 'security' in operation ? operation.security : undefined;
  return ['[]', '[{"signInSession":[]}]'].includes(JSON.stringify(security));
}

describe('App Service Authentication', () => {
  test('admits a caller without a token only to the routes that the program opens or guards itself', async () => {
    const open = Object.entries(OPENAPI.paths)
      .filter(([, path]) => Object.values(path).every(guardsItself))
      .map(([route]) => `/api${route}`);
    const prediction = await compiler.predict({ stage: 'dev', callerAuth: 'easyauth', callerClientId: 'api' });
    const { properties } = prediction.predictedResources.find(({ name }) => name.endsWith('/authsettingsV2')) ?? {};
    expect(properties).toMatchObject({
      platform: { enabled: true },
      globalValidation: {
        requireAuthentication: true,
        unauthenticatedClientAction: 'Return401',
        excludedPaths: expect.arrayContaining(open) as unknown,
      },
    });
    const { globalValidation } = properties as unknown as { globalValidation: { excludedPaths: string[] } };
    expect([...globalValidation.excludedPaths].sort()).toEqual(open.sort());
  });

  test.each(['key', 'entra', 'oidc'])('is switched off with callerAuth %s', async (callerAuth) => {
    const more = { callerAudience: 'api', callerIssuer: 'https://login.contoso.com' };
    const prediction = await compiler.predict({ stage: 'dev', callerAuth, ...more });
    const { properties } = prediction.predictedResources.find(({ name }) => name.endsWith('/authsettingsV2')) ?? {};
    expect(properties).toEqual({ platform: { enabled: false } });
  });
});

describe('the secret', () => {
  test('is in no deployment, and no setting references it: a reference would keep a rotated secret for a day', async () => {
    const { predictedResources } = await compiler.predict({ stage: 'dev', powerBiClientId: 'client' });
    expect(predictedResources.filter(({ type }) => type === 'Microsoft.KeyVault/vaults/secrets')).toEqual([]);
    expect(JSON.stringify(predictedResources)).not.toContain('@Microsoft.KeyVault(');
  });
});

describe('azd', () => {
  const environment = {
    NAMES: '{ "functionApp": "app", "keyVault": "vault-1" }',
    CALLER_AUTH: 'entra,easyauth',
    CALLER_AUDIENCE: 'api',
    CALLER_CLIENT_ID: 'api',
    CALLER_APPLICATIONS: 'one,two',
    CALLER_RATE_PER_MINUTE: '60',
    PROFILES_FILE: 'profiles.json',
    SIGN_IN: 'true',
    PUBLIC_URL: 'https://bi.contoso.com/api',
    VAULT_OFFICER_ID: 'officer',
    VAULT_OFFICER_TYPE: 'User',
    EXTRA_SETTINGS: '{ "EXTRA": "yes" }',
    CORS_ORIGINS: '["https://a.com", "https://b.com"]',
    ISOLATE_NETWORK: 'true',
    OPERATOR_NETWORKS: '10.1.0.0/16, 10.2.0.0/16',
    PRIVATE_INBOUND: 'true',
    INSTANCE_MEMORY_MB: '2048',
    ALWAYS_READY_INSTANCES: '2',
    ZONE_REDUNDANT: 'true',
    LOCK_VAULT: 'true',
    ALERT_EMAILS: 'a@contoso.com',
    MONTHLY_BUDGET: '50',
    BUDGET_START_DATE: '2026-12-01',
  };

  test('deploys the same resources from the same variables as the Azure CLI', async () => {
    const azd = startCompiler({
      ...environment,
      STAGE: 'test',
      AZURE_ENV_NAME: 'pbitoken',
      AZURE_LOCATION: 'westeurope',
    });
    const cli = startCompiler({ ...environment, STAGE: 'test' });
    const [ofAzd, ofCli] = await Promise.all([
      azd.predictFile('subscription.bicepparam'),
      cli.predictFile('main.bicepparam'),
    ]);
    azd.close();
    cli.close();
    const [group, ...resources] = ofAzd.predictedResources;
    expect(group).toMatchObject({ type: 'Microsoft.Resources/resourceGroups', name: 'rg-pbitoken' });
    // azd finds its resources by these tags.
    const withoutTags = JSON.stringify(resources).replaceAll(/,"azd-(env|service)-name":"\w+"/g, '');
    expect(JSON.parse(withoutTags)).toEqual(ofCli.predictedResources);
  });
});
