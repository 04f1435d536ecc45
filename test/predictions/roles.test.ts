import { type Compiler, type Prediction, startCompiler } from './compiler.ts';
import { resourcesOf } from './predicted.ts';
import type { Json } from './to-bicep.ts';

let compiler: Compiler;
beforeAll(() => {
  compiler = startCompiler();
});
afterAll(() => {
  compiler.close();
});

const names: Record<string, string> = {
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba': 'Key Vault Certificate User',
  '12338af0-0e69-4776-bea7-57ae8d297424': 'Key Vault Crypto User',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
};

interface Assignment {
  readonly principalId: string;
  readonly principalType: string;
  readonly roleDefinitionId: string;
}

/** Each role with its scope and the kind of principal: `Key Vault Secrets User on vaults/kv-name, ServicePrincipal`. */
function rolesOf(prediction: Prediction): string[] {
  return resourcesOf(prediction, 'Microsoft.Authorization/roleAssignments').map(({ id, properties }) => {
    const { principalType, roleDefinitionId } = properties as unknown as Assignment;
    const [, scope = ''] = /\/providers\/[\w.]+\/(.*)\/providers\/Microsoft\.Authorization/.exec(id) ?? [];
    const [parent = '', ...rest] = scope.split(/(?=\/secrets)/);
    // Without the suffix that makes the name unique.
    const resource = [parent.replace(/(?<=dev)(-\w{6}|\w{8})$/, ''), ...rest].join('');
    return `${String(names[roleDefinitionId.slice(-36)])} on ${resource}, ${principalType}`;
  });
}

const always = [
  'Monitoring Metrics Publisher on components/appi-pbitoken-dev, ServicePrincipal',
  'Storage Blob Data Owner on storageAccounts/stpbitokendev, ServicePrincipal',
];
const readsVault = 'Key Vault Secrets User on vaults/kv-pbitoken-dev, ServicePrincipal';

describe('the roles that the deployer may assign', () => {
  test('are those that the templates assign, and no others', async () => {
    const deployer = await compiler.predict({ stage: 'dev', subjectPrefix: 'repo:OWNER/REPO' }, 'deployer.bicep');
    const [condition = ''] = resourcesOf(deployer, 'Microsoft.Authorization/roleAssignments').flatMap(
      ({ properties }) => (properties as { condition?: string }).condition ?? [],
    );
    const assignable = [...condition.matchAll(/[0-9a-f-]{36}/g)].map(([id]) => String(names[id]));
    expect([...new Set(assignable)].sort()).toEqual(Object.values(names).sort());
    expect(assignable).toHaveLength(2 * Object.keys(names).length);
  });
});

describe('the roles that a deployment assigns', () => {
  test.each<[string, Record<string, Json>, readonly string[]]>([
    ['are three without options', {}, [...always, readsVault]],
    [
      'reach only the named secrets if secrets are named',
      { readableSecretNames: ['powerbi-client-secret', 'finance'] },
      [
        ...always,
        'Key Vault Secrets User on vaults/kv-pbitoken-dev/secrets/powerbi-client-secret, ServicePrincipal',
        'Key Vault Secrets User on vaults/kv-pbitoken-dev/secrets/finance, ServicePrincipal',
      ],
    ],
    [
      'let the function sign with certificates',
      { usesCertificates: true },
      [
        ...always,
        readsVault,
        'Key Vault Certificate User on vaults/kv-pbitoken-dev, ServicePrincipal',
        'Key Vault Crypto User on vaults/kv-pbitoken-dev, ServicePrincipal',
      ],
    ],
    [
      'let the officer write secrets',
      { vaultOfficerId: 'rotators', vaultOfficerType: 'User' },
      [...always, readsVault, 'Key Vault Secrets Officer on vaults/kv-pbitoken-dev, User'],
    ],
  ])('%s', async (_title, parameters, expected) => {
    expect(rolesOf(await compiler.predict({ stage: 'dev', ...parameters }))).toEqual(expected);
  });

  test('have names that what-if can compare, because they are known before the deployment', async () => {
    const prediction = await compiler.predict({
      stage: 'dev',
      vaultOfficerId: 'rotators',
      usesCertificates: true,
      readableSecretNames: ['finance'],
    });
    const assignments = resourcesOf(prediction, 'Microsoft.Authorization/roleAssignments').map(({ name }) => name);
    expect(assignments).toHaveLength(6);
    expect(assignments.filter((name) => !/^[0-9a-f-]{36}$/.test(name))).toEqual([]);
  });
});
