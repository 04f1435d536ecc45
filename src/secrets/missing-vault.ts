import { ServiceError } from '../errors.ts';
import type { SecretStore } from './secret-store.ts';
import type { CertificateStore } from './certificate-store.ts';

/** What stands in for the vault where none is set: whoever asks it for anything is told which setting is missing. */
export const missingVault: { readonly secrets: SecretStore; readonly certificates: CertificateStore } = {
  secrets: { kind: 'secret', read: refuse, readVersions: refuse },
  certificates: { kind: 'certificate', read: refuse, readVersions: refuse },
};

function refuse(): Promise<never> {
  return Promise.reject(
    new ServiceError('misconfigured', 'KEY_VAULT_URI is not set, and something in Key Vault is needed.', {
      hint: 'Set KEY_VAULT_URI to https://NAME.vault.azure.net (Portal: Settings > Environment variables).',
    }),
  );
}
