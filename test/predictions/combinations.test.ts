import { type Compiler, startCompiler } from './compiler.ts';
import { pairwise, type Choices } from './pairwise.ts';
import { toTemplate } from './predicted.ts';
import type { Json } from './to-bicep.ts';

const subnets = { app: '/networks/hub/subnets/functions', endpoints: '/networks/hub/subnets/endpoints' };
const zones = { blob: '/zones/blob', vault: '/zones/vault', sites: '/zones/sites' };
const operators = { operatorAddresses: ['203.0.113.7/32'], operatorNetworks: ['10.1.0.0/16'] };

/** Every option, with the values that it needs to be valid alone. */
const choices: Choices<Readonly<Record<string, Json>>> = {
  stage: [{ stage: 'dev' }, { stage: 'test' }, { stage: 'prod' }],
  callers: [
    { callerAuth: 'key' },
    { callerAuth: 'entra', callerAudience: 'api://api,api' },
    { callerAuth: 'oidc', callerAudience: 'api', callerIssuer: 'https://login.contoso.com' },
    { callerAuth: 'easyauth', callerClientId: 'api', callerApplications: ['client'] },
    { callerAuth: 'entra,easyauth', callerClientId: 'api', callerAudience: 'api', callerTenantId: 'tenant' },
  ],
  network: [
    { isolateNetwork: false },
    { isolateNetwork: true, ...operators },
    { isolateNetwork: true, joinOnly: true, addressPrefix: '10.9.0.0/25' },
    { isolateNetwork: true, privateInbound: true, ...operators },
    { isolateNetwork: true, existingSubnetIds: subnets },
    { isolateNetwork: true, privateInbound: true, existingSubnetIds: subnets, existingZoneIds: zones },
  ],
  registration: [{}, { powerBiTenantId: 'contoso.com', powerBiClientId: 'client' }, { profilesFile: 'profiles.json' }],
  secrets: [{}, { readableSecretNames: ['one', 'two'] }, { clientSecretName: 'other', usesCertificates: true }],
  officer: [{}, { vaultOfficerId: 'officer', vaultOfficerType: 'ServicePrincipal' }],
  lock: [{}, { lockVault: true }, { lockVault: false }],
  scale: [
    {},
    { alwaysReadyInstances: 2, zoneRedundant: true },
    { instanceMemoryMB: 4096, alwaysReadyInstances: 0, maximumInstanceCount: 1 },
  ],
  updates: [{}, { rollingUpdate: true, nodeVersion: '24' }],
  alerts: [
    {},
    { alertEmails: ['a@contoso.com', 'b@contoso.com'] },
    { alertEmails: ['a@contoso.com'], monthlyBudget: 50, budgetStartDate: '2026-12-01' },
  ],
  signIn: [
    {},
    { signIn: true },
    { signIn: true, signInReturnOrigins: ['https://a.com'], publicUrl: 'https://bi.com/api' },
  ],
  callersOfThePlatform: [
    {},
    { allowedAddresses: ['198.51.100.0/24', '2001:db8::/32'] },
    { corsOrigins: ['https://a.com'], corsCredentials: true, callerRatePerMinute: 60 },
  ],
  logs: [{}, { workspaceId: '/workspaces/central' }],
  names: [
    {},
    { workload: 'bi-2', extraTags: { costCenter: '42' }, azdEnvironmentName: 'trial' },
    { names: { functionApp: 'app', keyVault: 'vault-1', storageAccount: 'account1', network: 'net' } },
  ],
  settings: [{}, { extraSettings: { EXTRA: 'yes' }, powerBiCloud: 'gcc' }],
};

const combinations = pairwise(choices).map((selection) =>
  Object.fromEntries(selection.flatMap((parameters) => Object.entries(parameters))),
);

/** The compiler's types lack this preview of Azure. */
function ofPreview(finding: string): boolean {
  return finding.startsWith('BCP037: The property "siteUpdateStrategy"');
}

describe('the options', () => {
  let compiler: Compiler;
  beforeAll(() => {
    compiler = startCompiler();
  });
  afterAll(() => {
    compiler.close();
  });

  test('meet each other in at least one combination', () => {
    expect(combinations.length).toBeGreaterThanOrEqual(30);
  });

  test.each(combinations.map((parameters, index) => [index + 1, parameters] as const))(
    'are valid together, and each value has the type that Azure requires: combination %i',
    async (_index, parameters) => {
      const prediction = await compiler.predict(parameters);
      expect(prediction.diagnostics).toEqual([]);
      const findings = await compiler.diagnose(toTemplate(prediction));
      expect(findings.filter((finding) => !ofPreview(finding))).toEqual([]);
    },
  );
});
