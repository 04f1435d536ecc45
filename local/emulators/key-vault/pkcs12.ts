import forge from 'node-forge';

interface Pkcs12Content {
  readonly certificatePem: string;
  /** PKCS #8; left out if the key may not leave the vault. */
  readonly privateKeyPem: string | undefined;
}

/** A PKCS #12 file (RFC 7292) without a password, its key encrypted with PBE-SHA1-3DES, as Key Vault returns it. */
export function encodePkcs12({ certificatePem, privateKeyPem }: Pkcs12Content): Buffer {
  const key = privateKeyPem === undefined ? null : forge.pki.privateKeyFromPem(privateKeyPem);
  const pfx = forge.pkcs12.toPkcs12Asn1(key, [forge.pki.certificateFromPem(certificatePem)], '', { algorithm: '3des' });
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'binary');
}
