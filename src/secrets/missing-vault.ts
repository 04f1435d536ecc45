import { ServiceError } from '../errors.ts';
import type { SecretStore } from './secret-store.ts';
import type { CertificateStore } from './certificate-store.ts';

/** The vault of an app without KEY_VAULT_URI. Every read throws `misconfigured` and names the setting. */
export const missingVault: { readonly secrets: SecretStore; readonly certificates: CertificateStore } = {
  secrets: { kind: 'secret', read: refuse, readVersions: refuse },
  certificates: { kind: 'certificate', read: refuse, readVersions: refuse },
};

function refuse(): Promise<never> {
  return Promise.reject(
    new ServiceError(
      'misconfigured',
      'KEY_VAULT_URI is not set, but this request needs a secret or certificate in Key Vault.',
      {
        hint: 'Set KEY_VAULT_URI to https://NAME.vault.azure.net (Portal: Settings > Environment variables).',
      },
    ),
  );
}
