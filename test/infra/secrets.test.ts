import { declaredNames, readBicep } from './bicep.ts';
import { listFiles, readText } from './repository.ts';

const templates = listFiles('infra', '.bicep').map((path) => ({ path, text: readBicep(path) }));

function pathsWith(pattern: RegExp): string[] {
  return templates.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}

describe('the secret', () => {
  test('is no parameter: those that speak of one are its name, and who may write it', () => {
    const parameters = templates.flatMap(({ text }) => declaredNames(text, 'param'));
    const speaking = parameters.filter((name) => /secret|password|key(?!Vault)|credential/i.test(name));
    expect([...new Set(speaking)].sort()).toEqual([
      'clientSecretName',
      'corsCredentials',
      'readableSecretNames',
      'secretOfficerId',
      'secretOfficerType',
      'signInCookieSecretName',
    ]);
  });

  test('is written by no template', () => {
    const secrets = templates.flatMap(({ text }) => text.match(/^resource .*vaults\/secrets@.*$/gm) ?? []);
    expect(secrets).toEqual(["resource readableSecrets 'Microsoft.KeyVault/vaults/secrets@2026-02-01' existing = ["]);
  });

  test('is no Key Vault reference, which would keep a rotated one for a day', () => {
    expect(pathsWith(/@Microsoft\.KeyVault\(/)).toEqual([]);
  });

  test('is in no output, and no other key is either', () => {
    const outputs = templates.flatMap(({ text }) => text.match(/^output .*$/gm) ?? []);
    expect(outputs.length).toBeGreaterThan(10);
    expect(
      outputs.filter((output) => /listKeys|listSecrets|getSecret|\.keys|primaryKey|\.value\b/i.test(output)),
    ).toEqual([]);
  });

  test('is asked of no resource while deploying', () => {
    expect(pathsWith(/\blist\w*\(|getSecret\(|@secure\(\)/)).toEqual([]);
  });

  test('and its date go into the vault with one command, which is printed', () => {
    const [, command] =
      /^output nextCommand string = empty\(powerBiClientId\) \? '' : '(.*)'$/m.exec(readBicep('infra/main.bicep')) ??
      [];
    expect(command).toBe(
      'az keyvault secret set --vault-name ${vault.outputs.vaultName} --name ${clientSecretName} --expires ${proposedExpiry} --output none --value "$(${makeClientSecret})"',
    );
    expect(readText('infra/print-next-command.mjs')).toContain('NEXT_COMMAND');
  });
});

describe('the doors that a key would open', () => {
  test.each([
    ['the storage account', 'storage', 'allowSharedKeyAccess: false'],
    ['anonymous reading of blobs', 'storage', 'allowBlobPublicAccess: false'],
    ['access policies of the vault', 'vault', 'enableRbacAuthorization: true'],
    ['sending telemetry with a key', 'monitoring', 'DisableLocalAuth: true'],
    ['the workspace', 'monitoring', 'disableLocalAuth: true'],
  ])('are shut: %s', (_door, module, line) => {
    expect(
      readBicep(`infra/modules/${module}.bicep`)
        .split('\n')
        .map((text) => text.trim()),
    ).toEqual(expect.arrayContaining([expect.stringContaining(line)]));
  });

  test('are shut: publishing by FTP and by password', () => {
    const policies = readBicep('infra/modules/function.bicep').matchAll(
      /basicPublishingCredentialsPolicies' = \{\s+name: '(\w+)'\s+properties: \{ allow: (\w+) \}/g,
    );
    expect([...policies].map(([, name, allow]) => [name, allow])).toEqual([
      ['ftp', 'false'],
      ['scm', 'false'],
    ]);
  });
});

describe('the vault', () => {
  const vault = readBicep('infra/modules/vault.bicep');

  test('keeps what is deleted, and tells the log of every access', () => {
    expect(vault).toContain('enableSoftDelete: true');
    expect(vault).toContain('enablePurgeProtection: true');
    expect(vault).toContain("logs: [{ category: 'AuditEvent', enabled: true }]");
  });

  test('has an API version that does not retire in February 2027', () => {
    const versions = templates.flatMap(({ text }) =>
      [...text.matchAll(/Microsoft\.KeyVault\/[\w/]+@([\d-]+)/g)].map(([, version]) => String(version)),
    );
    expect(versions.filter((version) => version < '2026-02-01')).toEqual([]);
  });
});
