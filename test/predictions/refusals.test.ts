import { type Compiler, startCompiler } from './compiler.ts';
import type { Json } from './to-bicep.ts';

let compiler: Compiler;
beforeAll(() => {
  compiler = startCompiler();
});
afterAll(() => {
  compiler.close();
});

const isolated = { isolateNetwork: true, operatorAddresses: ['203.0.113.7/32'] };

async function refusalOf(parameters: Record<string, Json>): Promise<string> {
  return compiler.predict({ stage: 'dev', ...parameters }).then(
    (prediction) => `no refusal: ${JSON.stringify(prediction.diagnostics)}`,
    (error: unknown) => String(error),
  );
}

describe('before a deployment, the templates refuse', () => {
  test.each<[string, Record<string, Json>, string]>([
    ['a workload with capitals', { workload: 'PbiToken' }, 'workload must consist of lowercase letters'],
    ['a workload that begins with a digit', { workload: '2bi' }, 'workload must consist of lowercase letters'],
    ['easyauth without callerClientId', { callerAuth: 'easyauth' }, 'callerAuth "easyauth" needs callerClientId'],
    ['entra without callerAudience', { callerAuth: 'entra' }, 'callerAuth "entra" needs callerAudience'],
    [
      'oidc without callerAudience',
      { callerAuth: 'oidc', callerIssuer: 'https://i' },
      'callerAuth "oidc" needs callerAudience',
    ],
    [
      'oidc without callerIssuer',
      { callerAuth: 'oidc', callerAudience: 'api' },
      'callerAuth "oidc" needs callerIssuer',
    ],
    ['a star in corsOrigins', { corsOrigins: ['*'] }, 'corsOrigins must name each origin'],
    [
      'addresses without a prefix length',
      { allowedAddresses: ['203.0.113.7'], operatorAddresses: ['203.0.113.0/24', '203.0.113.9'] },
      'These are not: 203.0.113.7, 203.0.113.9.',
    ],
    [
      'isolation in which no operator could store a secret',
      { isolateNetwork: true },
      'isolateNetwork needs operatorAddresses or operatorNetworks',
    ],
    ['joinOnly without isolateNetwork', { joinOnly: true }, 'joinOnly needs isolateNetwork'],
    ['privateInbound without isolateNetwork', { privateInbound: true }, 'privateInbound needs isolateNetwork'],
    [
      'existing zones for a new network',
      { ...isolated, existingZoneIds: { blob: 'b', vault: 'v' } },
      'existingZoneIds needs existingSubnetIds',
    ],
    [
      'privateInbound with existing zones that lack the one for sites',
      {
        isolateNetwork: true,
        privateInbound: true,
        existingSubnetIds: { app: '/n/subnets/a', endpoints: '/n/subnets/e' },
        existingZoneIds: { blob: 'b', vault: 'v' },
      },
      'privateInbound needs existingZoneIds.sites',
    ],
    [
      'zone redundancy with one always-ready instance',
      { zoneRedundant: true, alwaysReadyInstances: 1 },
      'zoneRedundant needs alwaysReadyInstances of 2 or more. It is 1.',
    ],
    [
      'more always-ready instances than the maximum',
      { alwaysReadyInstances: 4, maximumInstanceCount: 3 },
      'alwaysReadyInstances (4) must not be more than maximumInstanceCount (3).',
    ],
    [
      'a budget that does not begin on the first of a month',
      { monthlyBudget: 50, alertEmails: ['a@contoso.com'], budgetStartDate: '2026-12-15' },
      'budgetStartDate on the first of a month',
    ],
    [
      'a budget without an e-mail address',
      { monthlyBudget: 50, budgetStartDate: '2026-12-01' },
      'monthlyBudget needs alertEmails',
    ],
  ])('%s', async (_title, parameters, expected) => {
    expect(await refusalOf(parameters)).toContain(expected);
  });

  test('settings that are not strings', async () => {
    const other = startCompiler({ STAGE: 'dev', EXTRA_SETTINGS: '{ "RETRIES": 3 }' });
    await expect(other.predictFile('main.bicepparam')).rejects.toThrow(
      "The provided value for the template parameter 'extraSettings.RETRIES' is not valid.",
    );
    other.close();
  });

  test('all faults at once', async () => {
    const refusal = await refusalOf({ workload: '2bi', corsOrigins: ['*'], joinOnly: true });
    expect(refusal).toContain(
      'workload must consist of lowercase letters, digits and hyphens, and begin with a letter. ' +
        'corsOrigins must name each origin. "*" lets every page read tokens. joinOnly needs isolateNetwork.',
    );
  });
});
