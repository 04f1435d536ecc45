import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { UpstreamError } from '../errors.ts';
import type { SignatureAlgorithm } from './certificate-store.ts';

/**
 * The private key out of a certificate's secret: PEM, or PKCS #12 in base64 with no password, as Key Vault gives it.
 *
 * Throws `secret_unavailable` where there is none, as for a key that must not leave the vault.
 */
export async function readPrivateKey(name: string, secret: string): Promise<KeyObject> {
  try {
    return createPrivateKey(secret.includes('-----BEGIN') ? secret : await pemOfPkcs12(secret));
  } catch (cause) {
    throw new UpstreamError(
      'secret_unavailable',
      `The certificate "${name}" in Key Vault gives no private key, and the vault may not sign with it.`,
      { service: 'key-vault' },
      {
        hint: 'Assign the role "Key Vault Crypto User" to the function app\'s identity, so that the vault signs.',
        cause,
      },
    );
  }
}

export function signWithPrivateKey(algorithm: SignatureAlgorithm, data: Uint8Array, key: KeyObject): Uint8Array {
  if (algorithm === 'RS256') return sign('sha256', data, key);
  return sign('sha256', data, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

async function pemOfPkcs12(base64: string): Promise<string> {
  // Loaded where it is needed alone: hardly anybody's certificate comes this way.
  const { default: forge } = await import('node-forge');
  const bags = forge.pkcs12
    .pkcs12FromAsn1(forge.asn1.fromDer(forge.util.decode64(base64)), '')
    .getBags({ bagType: forge.pki.oids['pkcs8ShroudedKeyBag'] ?? '' });
  const [bag] = Object.values(bags).flat();
  if (bag?.key == null) throw new Error('The PKCS #12 file holds no private key.');
  return forge.pki.privateKeyToPem(bag.key);
}
