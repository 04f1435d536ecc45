import { constants, privateEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';

/** DER of the DigestInfo that names SHA-256, without the digest itself (RFC 8017, section 9.2). */
const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export const digestBytes = 32;

/**
 * An RS256 or PS256 signature over a digest that the client computed: the vault never gets the message, and
 * node:crypto signs only messages.
 */
export function signDigest(privateKey: KeyObject, algorithm: 'RS256' | 'PS256', digest: Buffer): Buffer {
  if (algorithm === 'RS256') {
    const digestInfo = Buffer.concat([sha256DigestInfo, digest]);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digestInfo);
  }
  const modulusBits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encodePss(digest, modulusBits));
}

/** EMSA-PSS with SHA-256 and a salt as long as the digest (RFC 8017, section 9.1.1). */
function encodePss(digest: Buffer, modulusBits: number): Buffer {
  const md = forge.md.sha256.create();
  const mgf = forge.mgf.mgf1.create(md) as unknown;
  const padding = forge.pss.create({ md, mgf, saltLength: digestBytes }) as PssPadding;
  const digested = { digest: () => forge.util.createBuffer(digest.toString('binary')) };
  return Buffer.from(padding.encode(digested, modulusBits), 'binary');
}

/** What the type declarations of node-forge leave out. */
interface PssPadding {
  encode(digested: Pick<forge.md.MessageDigest, 'digest'>, modulusBits: number): string;
}
