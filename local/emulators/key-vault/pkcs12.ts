import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { derExplicit, derInteger, derNull, derObjectIdentifier, derOctetString, derSequence } from './der.ts';

const oids = {
  data: '1.2.840.113549.1.7.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  pbeWithSha1And3Des: '1.2.840.113549.1.12.1.3',
  sha1: '1.3.14.3.2.26',
};

const iterations = 2048;
const saltBytes = 8;
/** No password, as Key Vault has it; PKCS #12 still counts its terminating zero character. */
const emptyPassword = Buffer.from([0, 0]);

interface Pkcs12Content {
  readonly certificateDer: Uint8Array;
  /** PKCS #8; left out where the key may not leave the vault. */
  readonly privateKeyDer: Uint8Array | undefined;
}

/** A PKCS #12 file (RFC 7292) without a password, its key under PBE-SHA1-3DES: what Key Vault gives out. */
export function encodePkcs12({ certificateDer, privateKeyDer }: Pkcs12Content): Buffer {
  const certificateBag = derSequence(
    derObjectIdentifier(oids.certificateBag),
    derExplicit(derSequence(derObjectIdentifier(oids.x509Certificate), derExplicit(derOctetString(certificateDer)))),
  );
  const bags = privateKeyDer === undefined ? [certificateBag] : [certificateBag, shroudedKeyBag(privateKeyDer)];
  const authenticatedSafe = derSequence(dataContent(derSequence(...bags)));
  return derSequence(derInteger(3), dataContent(authenticatedSafe), macData(authenticatedSafe));
}

function dataContent(content: Uint8Array): Buffer {
  return derSequence(derObjectIdentifier(oids.data), derExplicit(derOctetString(content)));
}

function shroudedKeyBag(privateKeyDer: Uint8Array): Buffer {
  const salt = randomBytes(saltBytes);
  const cipher = createCipheriv('des-ede3-cbc', deriveBytes(1, salt, 24), deriveBytes(2, salt, 8));
  const encrypted = Buffer.concat([cipher.update(privateKeyDer), cipher.final()]);
  const algorithm = derSequence(
    derObjectIdentifier(oids.pbeWithSha1And3Des),
    derSequence(derOctetString(salt), derInteger(iterations)),
  );
  return derSequence(
    derObjectIdentifier(oids.shroudedKeyBag),
    derExplicit(derSequence(algorithm, derOctetString(encrypted))),
  );
}

function macData(authenticatedSafe: Uint8Array): Buffer {
  const salt = randomBytes(saltBytes);
  const mac = createHmac('sha1', deriveBytes(3, salt, 20))
    .update(authenticatedSafe)
    .digest();
  const digestInfo = derSequence(derSequence(derObjectIdentifier(oids.sha1), derNull), derOctetString(mac));
  return derSequence(digestInfo, derOctetString(salt), derInteger(iterations));
}

/** Key derivation of RFC 7292, appendix B.2, with SHA-1; `purpose` is 1 for a key, 2 for an IV, 3 for a MAC key. */
function deriveBytes(purpose: 1 | 2 | 3, salt: Uint8Array, length: number): Buffer {
  const blockBytes = 64;
  const input = Buffer.concat([repeatTo(blockBytes, salt), repeatTo(blockBytes, emptyPassword)]);
  const output: Buffer[] = [];
  for (let produced = 0; produced < length; produced += 20) {
    let digest = createHash('sha1').update(Buffer.alloc(blockBytes, purpose)).update(input).digest();
    for (let round = 1; round < iterations; round += 1) digest = createHash('sha1').update(digest).digest();
    output.push(digest);
    const increment = repeatTo(blockBytes, digest);
    for (let start = 0; start < input.length; start += blockBytes) {
      addPlusOne(input.subarray(start, start + blockBytes), increment);
    }
  }
  return Buffer.concat(output).subarray(0, length);
}

function repeatTo(length: number, bytes: Uint8Array): Buffer {
  return Buffer.alloc(length, bytes);
}

/** block = block + increment + 1, as big-endian numbers that wrap around. */
function addPlusOne(block: Buffer, increment: Buffer): void {
  let carry = 1;
  for (let index = block.length - 1; index >= 0; index -= 1) {
    const sum = block.readUInt8(index) + increment.readUInt8(index) + carry;
    block.writeUInt8(sum % 256, index);
    carry = Math.floor(sum / 256);
  }
}
