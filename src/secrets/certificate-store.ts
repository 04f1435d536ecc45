import { createHash, X509Certificate } from 'node:crypto';
import { UpstreamError } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';
import { readPrivateKey, signWithPrivateKey } from './private-key.ts';
import type { SecretStore } from './secret-store.ts';
import type { VaultConnection } from './vault-connection.ts';
import { readNewestFirst, type VaultObject, type VaultObjectStore } from './vault-object.ts';

export type SignatureAlgorithm = 'PS256' | 'RS256';

/** One version of a certificate in Key Vault. */
export interface VaultCertificate extends VaultObject {
  /** RFC 7515 section 4.1.8: the SHA-256 of the certificate. Entra finds the certificate by it. */
  readonly x5tS256: string;
  /** Signs `data` in the vault; in this process if the identity may only read the key. */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array, budget: Budget): Promise<Uint8Array>;
}

export type CertificateStore = VaultObjectStore<VaultCertificate>;

/** The certificates of a Key Vault. `read` also throws `secret_unavailable` for a certificate that cannot sign an assertion. */
export function createCertificateStore(vault: VaultConnection, secrets: SecretStore): CertificateStore {
  const loadClient = async () => {
    const { CertificateClient } = await import('./certificates-sdk.ts');
    return new CertificateClient(vault.vaultUrl, vault.credential, vault.clientOptions);
  };
  let loading: ReturnType<typeof loadClient> | undefined;
  const getClient = (): ReturnType<typeof loadClient> => (loading ??= loadClient());
  return {
    kind: 'certificate',
    async read(name, budget, version) {
      const client = await getClient();
      const { cer, keyId, properties } = await vault.ask(`certificate "${name}"`, budget, (abortSignal) =>
        version === undefined
          ? client.getCertificate(name, { abortSignal })
          : client.getCertificateVersion(name, version, { abortSignal }),
      );
      if (cer === undefined || keyId === undefined) throw incomplete(name);
      refuseOtherKeys(name, cer);
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
      vault.ask(`versions of certificate "${name}"`, budget, async (abortSignal) => {
        const client = await getClient();
        return readNewestFirst(client.listPropertiesOfCertificateVersions(name, { abortSignal }));
      }),
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
  let mayVaultSign = true;
  return async (algorithm, data, budget) => {
    if (mayVaultSign) {
      try {
        const { CryptographyClient } = await import('./certificates-sdk.ts');
        const key = new CryptographyClient(keyId, vault.credential, vault.clientOptions);
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
    // Without the role "Key Vault Crypto User" the key must leave the vault, which is less secure.
    const { value } = await secrets.read(name, budget, version);
    return signWithPrivateKey(algorithm, data, await readPrivateKey(name, value));
  };
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === 'secret_unavailable' && error.upstream.status === 403;
}

/** With an elliptic-curve key `sign` would return an ECDSA signature with the name PS256, which every issuer refuses. */
function refuseOtherKeys(name: string, cer: Uint8Array): void {
  const keyType = readKeyType(cer);
  if (keyType === 'rsa') return;
  throw new UpstreamError(
    'secret_unavailable',
    `The certificate "${name}" in Key Vault has a key of the type ${keyType ?? 'unknown'}. Entra accepts only RSA keys.`,
    { service: 'key-vault' },
    {
      hint:
        'Create a new version with an RSA key (Portal: Key vault > Certificates > New Version > Advanced Policy Configuration > Key Type: RSA), ' +
        'and upload its public part: Entra admin center > App registrations > Certificates & secrets.',
    },
  );
}

/** `rsa`, `ec`, ...; undefined if the certificate cannot be read. */
function readKeyType(cer: Uint8Array): string | undefined {
  try {
    return new X509Certificate(cer).publicKey.asymmetricKeyType;
  } catch {
    // Bytes that are no certificate have no key type.
    return undefined;
  }
}

function incomplete(name: string): UpstreamError {
  return new UpstreamError(
    'secret_unavailable',
    `The certificate "${name}" in Key Vault has no public part or no key.`,
    { service: 'key-vault' },
    { hint: 'Key Vault may still be creating it: see Portal: Key vault > Certificates.' },
  );
}
