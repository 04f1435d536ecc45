import { bracketed, members, readBicep } from './bicep.ts';
import { listFiles, readText } from './repository.ts';

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const roles = members(bracketed(readBicep('infra/modules/roles.bicep'), 'var roles = {'));
const others = listFiles('infra', '.bicep').filter((path) => path !== 'infra/modules/roles.bicep');

/** Names of the roles that a file speaks of. */
function rolesIn(path: string): string[] {
  const names = [...readBicep(path).matchAll(/\broles\.(?!bicep)(\w+)/g)].map(([, name]) => String(name));
  return [...new Set(names)].sort();
}

describe('roles', () => {
  test('have their ids in roles.bicep, each once, and nowhere else', () => {
    const ids = Object.values(roles).map((value) => value.replaceAll("'", ''));
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids.every((id) => id.match(guid)?.[0] === id)).toBe(true);
    expect(others.filter((path) => guid.test(readText(path)))).toEqual([]);
  });

  test('are those that their names say, as Azure knows them', () => {
    expect(roles).toEqual({
      contributor: "'b24988ac-6180-42a0-ab88-20f7382dd24c'",
      keyVaultCertificateUser: "'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba'",
      keyVaultCryptoUser: "'12338af0-0e69-4776-bea7-57ae8d297424'",
      keyVaultSecretsOfficer: "'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'",
      keyVaultSecretsUser: "'4633458b-17de-408a-b874-0445c86b69e6'",
      monitoringMetricsPublisher: "'3913510d-42f4-4e42-8a64-420c390055eb'",
      reader: "'acdd72a7-3385-48ef-bd42-f606fba81ae7'",
      roleBasedAccessControlAdministrator: "'f58310d9-a9f6-439a-9e8d-f62e7b41a168'",
      storageBlobDataOwner: "'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'",
    });
  });

  test('are all given to somebody', () => {
    const given = new Set(others.flatMap(rolesIn));
    expect(Object.keys(roles).filter((name) => !given.has(name))).toEqual([]);
  });

  test.each([
    ['monitoring', ['monitoringMetricsPublisher']],
    ['storage', ['storageBlobDataOwner']],
    ['vault', ['keyVaultCertificateUser', 'keyVaultCryptoUser', 'keyVaultSecretsOfficer', 'keyVaultSecretsUser']],
  ])('on what %s.bicep makes are %j, and no wider one', (module, expected) => {
    expect(rolesIn(`infra/modules/${module}.bicep`)).toEqual(expected);
  });

  test('that read secrets are on the named secrets alone, once there are some', () => {
    const [onVault, onSecrets] = readBicep('infra/modules/vault.bicep')
      .split("'Microsoft.Authorization/roleAssignments@2022-04-01' =")
      .slice(1)
      .filter((text) => text.includes('roles.keyVaultSecretsUser'));
    expect(onVault).toMatch(/^ if \(empty\(readableSecretNames\)\) \{[\s\S]*scope: vault\n/);
    expect(onSecrets).toMatch(
      /^ \[\s+for \(secretName, index\) in readableSecretNames: \{[\s\S]*scope: readableSecrets\[index\]\n/,
    );
  });

  test('that the deployer may hand out are those that the templates give, and no others', () => {
    const assignable = bracketed(readBicep('infra/deployer.bicep'), 'var assignableRoles = join(\n  [');
    const names = [...assignable.matchAll(/roles\.(\w+)/g)].map(([, name]) => String(name));
    const given = ['monitoring', 'storage', 'vault'].flatMap((module) => rolesIn(`infra/modules/${module}.bicep`));
    expect(names.sort()).toEqual(given.sort());
  });

  test('are assigned under names that are the same at the next deployment, with the kind of principal said', () => {
    const assignments = others.flatMap((path) => readBicep(path).split('roleAssignments@').slice(1));
    expect(assignments.length).toBe(10);
    expect(assignments.filter((text) => !/^[\s\S]{0,120}?name: guid\([^,]+,[^,]+,/.test(text))).toEqual([]);
    expect(assignments.filter((text) => !text.includes('principalType:'))).toEqual([]);
  });
});
