import { KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { encodePkcs12 } from './pkcs12.ts';
import { newVersionId } from './secret-store.ts';
import type { SecretStore } from './secret-store.ts';

export interface CertificateOptions {
  /** Whether the private key may leave the vault, in the secret of the same name. */
  readonly exportable?: boolean;
  readonly contentType?: 'application/x-pkcs12' | 'application/x-pem-file';
  readonly expiresOn?: Date;
  /** `EC`: an elliptic-curve key (P-256), kept as PEM. The app must refuse it. */
  readonly keyType?: 'RSA' | 'EC';
}

export interface VaultCertificate {
  readonly name: string;
  readonly version: string;
  /** URL of the key that signs. */
  readonly keyId: string;
  readonly certificatePem: string;
  readonly certificateDer: Buffer;
  readonly contentType: string;
  readonly createdOn: Date;
  readonly expiresOn: Date;
  readonly privateKey: KeyObject;
}

export interface CertificateStore {
  readonly set: (vaultUrl: string, name: string, options?: CertificateOptions) => Promise<VaultCertificate>;
  /** Every version, the newest first. */
  readonly versionsOf: (name: string) => readonly VaultCertificate[];
  /** The version named, or the newest. */
  readonly find: (name: string, version: string | undefined) => VaultCertificate | undefined;
}

const keyAlgorithms = {
  RSA: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  EC: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
};
const yearMs = 365 * 24 * 60 * 60 * 1000;

/** Certificates. As in the real vault, each also has a key and a secret of the same name and version. */
export function createCertificateStore(nowMs: () => number, secrets: SecretStore): CertificateStore {
  const certificates = new Map<string, readonly VaultCertificate[]>();
  const versionsOf = (name: string): readonly VaultCertificate[] => certificates.get(name.toLowerCase()) ?? [];
  return {
    set: async (vaultUrl, name, options = {}) => {
      const { exportable = true, keyType = 'RSA' } = options;
      const { contentType = keyType === 'RSA' ? 'application/x-pkcs12' : 'application/x-pem-file' } = options;
      const expiresOn = options.expiresOn ?? new Date(nowMs() + yearMs);
      const made = await makeCertificate(name, nowMs(), { expiresOn, keyType });
      const version = newVersionId();
      const keyId = `${vaultUrl}/keys/${name}/${version}`;
      const certificate: VaultCertificate = {
        ...made,
        name,
        version,
        keyId,
        contentType,
        createdOn: new Date(nowMs()),
        expiresOn,
      };
      certificates.set(name.toLowerCase(), [certificate, ...versionsOf(name)]);
      secrets.set(name, encodeSecret(certificate, exportable), { version, keyId, contentType, expiresOn });
      return certificate;
    },
    versionsOf,
    find: (name, version) =>
      version === undefined ? versionsOf(name)[0] : versionsOf(name).find((one) => one.version === version),
  };
}

async function makeCertificate(
  name: string,
  nowMs: number,
  { expiresOn, keyType }: { readonly expiresOn: Date; readonly keyType: 'RSA' | 'EC' },
): Promise<Pick<VaultCertificate, 'certificatePem' | 'certificateDer' | 'privateKey'>> {
  const keyAlgorithm = keyAlgorithms[keyType];
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: keyAlgorithm,
    notBefore: new Date(Math.min(nowMs, expiresOn.getTime()) - 1000),
    notAfter: expiresOn,
  });
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    certificateDer: Buffer.from(certificate.rawData),
    privateKey: KeyObject.from(keys.privateKey),
  };
}

function encodeSecret({ contentType, certificatePem, privateKey }: VaultCertificate, exportable: boolean): string {
  const privateKeyPem = exportable ? privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() : undefined;
  if (contentType === 'application/x-pem-file') return `${privateKeyPem ?? ''}${certificatePem}`;
  return encodePkcs12({ certificatePem, privateKeyPem }).toString('base64');
}
