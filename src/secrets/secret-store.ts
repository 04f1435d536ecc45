import type { KeyVaultSecret, SecretClient } from '@azure/keyvault-secrets';
import { UpstreamError } from '../errors.ts';
import { unavailable } from '../upstream/unavailable.ts';
import type { VaultConnection } from './vault-connection.ts';
import { readNewestFirst, type VaultObject, type VaultObjectStore } from './vault-object.ts';

/** One version of a Key Vault secret. */
export interface Secret extends VaultObject {
  readonly value: string;
}

export type SecretStore = VaultObjectStore<Secret>;

/** The secrets of a Key Vault. */
export function createSecretStore({ vaultUrl, credential, clientOptions, ask }: VaultConnection): SecretStore {
  let client: Promise<SecretClient> | undefined;
  const load = async (): Promise<SecretClient> => {
    const { SecretClient } = await import('./secrets-sdk.ts');
    return new SecretClient(vaultUrl, credential, clientOptions);
  };
  const getClient = (): Promise<SecretClient> => (client ??= load());
  return {
    kind: 'secret',
    read(name, budget, version) {
      return ask(`secret "${name}"`, budget, async (abortSignal) => {
        const sdk = await getClient();
        const options = { abortSignal, ...(version === undefined ? {} : { version }) };
        return toSecret(name, await sdk.getSecret(name, options));
      });
    },
    readVersions: (name, budget) =>
      ask(`versions of secret "${name}"`, budget, async (abortSignal) => {
        const sdk = await getClient();
        return readNewestFirst(sdk.listPropertiesOfSecretVersions(name, { abortSignal }));
      }),
  };
}

function toSecret(name: string, { value, properties }: KeyVaultSecret): Secret {
  // The SDK does not check the type of the value.
  if (value !== undefined && typeof (value as unknown) !== 'string') {
    throw unavailable('returned an answer that cannot be read', { service: 'key-vault', status: 200 });
  }
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
