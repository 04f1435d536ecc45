import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { UpstreamError } from '../errors.ts';
import type { SignatureAlgorithm } from './certificate-store.ts';

/**
 * The private key in a certificate's secret: PEM, or PKCS #12 in base64 without a password, as Key Vault returns it.
 *
 * Throws `secret_unavailable` if there is none, for example because the key is not exportable.
 */
export async function readPrivateKey(name: string, secret: string): Promise<KeyObject> {
  try {
    return createPrivateKey(secret.includes('-----BEGIN') ? secret : await pemOfPkcs12(secret));
  } catch (cause) {
    throw new UpstreamError(
      'secret_unavailable',
      `The certificate "${name}" in Key Vault has no exportable key, and the function app may not sign with the vault's key.`,
      { service: 'key-vault' },
      {
        hint: 'Assign the role "Key Vault Crypto User" to the function app\'s identity, so that the vault can sign.',
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
  // Loaded only when needed: few certificates are in this format.
  const { forge } = await import('./pkcs12-sdk.ts');
  const bags = forge.pkcs12
    .pkcs12FromAsn1(forge.asn1.fromDer(forge.util.decode64(base64)), '')
    .getBags({ bagType: forge.pki.oids['pkcs8ShroudedKeyBag'] ?? '' });
  const [bag] = Object.values(bags).flat();
  if (bag?.key == null) throw new Error('The PKCS #12 file holds no private key.');
  return forge.pki.privateKeyToPem(bag.key);
}
