import { constants, createHash, privateEncrypt, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** DER of the DigestInfo that names SHA-256, without the digest itself (RFC 8017, section 9.2). */
const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export const digestBytes = 32;

/**
 * An RS256 or PS256 signature over a digest that the client computed: the vault never sees the message, and
 * node:crypto signs messages only.
 */
export function signDigest(privateKey: KeyObject, algorithm: 'RS256' | 'PS256', digest: Buffer): Buffer {
  if (algorithm === 'RS256') {
    const digestInfo = Buffer.concat([sha256DigestInfo, digest]);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digestInfo);
  }
  const modulusBytes = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encodePss(digest, modulusBytes));
}

/** EMSA-PSS with SHA-256 and a salt as long as the digest (RFC 8017, section 9.1.1). */
function encodePss(digest: Buffer, encodedBytes: number): Buffer {
  const salt = randomBytes(digestBytes);
  const hash = sha256(Buffer.alloc(8), digest, salt);
  const dataBlock = Buffer.concat([Buffer.alloc(encodedBytes - 2 * digestBytes - 2), Buffer.from([0x01]), salt]);
  const mask = maskGeneration(hash, dataBlock.length);
  const masked = Buffer.from(dataBlock.map((byte, index) => byte ^ mask.readUInt8(index)));
  // The encoded message is one bit shorter than the modulus.
  masked.writeUInt8(masked.readUInt8(0) & 0x7f, 0);
  return Buffer.concat([masked, hash, Buffer.from([0xbc])]);
}

function maskGeneration(seed: Buffer, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / digestBytes) }, (_, index) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(index);
    return sha256(seed, counter);
  });
  return Buffer.concat(blocks).subarray(0, length);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
