import { SecretClient, type KeyVaultSecret, type SecretProperties } from '@azure/keyvault-secrets';
import { UpstreamError } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';
import type { Secret } from './secret.ts';
import type { VaultConnection } from './vault-connection.ts';

/** Where secrets are read. Throws `secret_unavailable`, `upstream_unavailable`, or what the app's identity throws. */
export interface SecretStore {
  /** The newest version, or the one that is named. */
  read(name: string, budget: Budget, version?: string): Promise<Secret>;
  /** Every enabled version, the newest first. */
  readVersions(name: string, budget: Budget): Promise<readonly SecretVersion[]>;
}

export interface SecretVersion {
  readonly version: string;
  readonly createdOnMs: number | undefined;
}

/** The secrets of a Key Vault. */
export function createSecretStore({ vaultUrl, credential, clientOptions, ask }: VaultConnection): SecretStore {
  const client = new SecretClient(vaultUrl, credential, clientOptions);
  return {
    async read(name, budget, version) {
      const secret = await ask(`secret "${name}"`, budget, (abortSignal) =>
        client.getSecret(name, { abortSignal, ...(version === undefined ? {} : { version }) }),
      );
      return toSecret(name, secret);
    },
    readVersions: (name, budget) =>
      ask(`versions of secret "${name}"`, budget, async (abortSignal) => {
        const versions: SecretProperties[] = [];
        for await (const version of client.listPropertiesOfSecretVersions(name, { abortSignal }))
          versions.push(version);
        return newestFirst(versions);
      }),
  };
}

function toSecret(name: string, { value, properties }: KeyVaultSecret): Secret {
  if (value === undefined || value === '') {
    throw new UpstreamError(
      'secret_unavailable',
      `The secret "${name}" in Key Vault is empty.`,
      { service: 'key-vault' },
      { hint: `Store its value: az keyvault secret set --name ${name} --value ...` },
    );
  }
  return {
    name,
    value,
    version: properties.version ?? '',
    createdOnMs: properties.createdOn?.getTime(),
    expiresOnMs: properties.expiresOn?.getTime(),
  };
}

function newestFirst(versions: readonly SecretProperties[]): readonly SecretVersion[] {
  return versions
    .filter((version) => version.enabled !== false)
    .map((version) => ({ version: version.version ?? '', createdOnMs: version.createdOn?.getTime() }))
    .sort((one, other) => (other.createdOnMs ?? 0) - (one.createdOnMs ?? 0));
}
