import { createHash } from 'node:crypto';
import { CertificateClient } from '@azure/keyvault-certificates';
import { CryptographyClient } from '@azure/keyvault-keys';
import { UpstreamError } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';
import { readPrivateKey, signWithPrivateKey } from './private-key.ts';
import type { SecretStore } from './secret-store.ts';
import type { VaultConnection } from './vault-connection.ts';
import { readNewestFirst, type VaultObject, type VaultObjectStore } from './vault-object.ts';

export type SignatureAlgorithm = 'PS256' | 'RS256';

/** One version of a certificate in Key Vault. */
export interface VaultCertificate extends VaultObject {
  /** RFC 7515 section 4.1.8: the SHA-256 of the certificate, which is how Entra finds it. */
  readonly x5tS256: string;
  /** The signature of `data`: made in the vault, or here where the vault may not sign and gives the key. */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array, budget: Budget): Promise<Uint8Array>;
}

export type CertificateStore = VaultObjectStore<VaultCertificate>;

/** The certificates of a Key Vault. */
export function createCertificateStore(vault: VaultConnection, secrets: SecretStore): CertificateStore {
  const client = new CertificateClient(vault.vaultUrl, vault.credential, vault.clientOptions);
  return {
    kind: 'certificate',
    async read(name, budget, version) {
      const { cer, keyId, properties } = await vault.ask(`certificate "${name}"`, budget, (abortSignal) =>
        version === undefined
          ? client.getCertificate(name, { abortSignal })
          : client.getCertificateVersion(name, version, { abortSignal }),
      );
      if (cer === undefined || keyId === undefined) throw incomplete(name);
      return {
        name,
        version: properties.version ?? '',
        createdOnMs: properties.createdOn?.getTime(),
        expiresOnMs: properties.expiresOn?.getTime(),
        x5tS256: createHash('sha256').update(cer).digest('base64url'),
        sign: createSigner({ name, keyId, version: properties.version, vault, secrets }),
      };
    },
    readVersions: (name, budget) =>
      vault.ask(`versions of certificate "${name}"`, budget, (abortSignal) =>
        readNewestFirst(client.listPropertiesOfCertificateVersions(name, { abortSignal })),
      ),
  };
}

interface SignerOptions {
  readonly name: string;
  readonly keyId: string;
  readonly version: string | undefined;
  readonly vault: VaultConnection;
  readonly secrets: SecretStore;
}

function createSigner({ name, keyId, version, vault, secrets }: SignerOptions): VaultCertificate['sign'] {
  const key = new CryptographyClient(keyId, vault.credential, vault.clientOptions);
  let mayVaultSign = true;
  return async (algorithm, data, budget) => {
    if (mayVaultSign) {
      try {
        const digest = createHash('sha256').update(data).digest();
        const { result } = await vault.ask(`signature of certificate "${name}"`, budget, (abortSignal) =>
          key.sign(algorithm, digest, { abortSignal }),
        );
        return result;
      } catch (error) {
        if (!isNotAllowed(error)) throw error;
        mayVaultSign = false;
      }
    }
    // Without the role "Key Vault Crypto User" the key must come here: second best, since then it leaves the vault.
    const { value } = await secrets.read(name, budget, version);
    return signWithPrivateKey(algorithm, data, await readPrivateKey(name, value));
  };
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === 'secret_unavailable' && error.upstream.status === 403;
}

function incomplete(name: string): UpstreamError {
  return new UpstreamError(
    'secret_unavailable',
    `The certificate "${name}" in Key Vault has no public part or no key.`,
    { service: 'key-vault' },
    { hint: 'Its creation may still be pending: Portal: Key vault > Certificates.' },
  );
}
