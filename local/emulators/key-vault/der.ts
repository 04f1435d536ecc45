/** The few ASN.1 DER forms that a PKCS #12 file is made of. */
export function derSequence(...items: readonly Uint8Array[]): Buffer {
  return derElement(0x30, Buffer.concat(items));
}

export function derOctetString(content: Uint8Array): Buffer {
  return derElement(0x04, content);
}

/** Constructed, context-specific tag 0: how CMS marks its explicit members. */
export function derExplicit(content: Uint8Array): Buffer {
  return derElement(0xa0, content);
}

/** Not negative, and below 2^31. */
export function derInteger(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  // The shortest form, which keeps a leading zero where the number would read as negative.
  let start = 0;
  while (start < 4 && bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) start += 1;
  return derElement(0x02, bytes.subarray(start));
}

export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return derElement(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(toBase128)]));
}

export const derNull = Buffer.from([0x05, 0x00]);

function toBase128(arc: number): number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
  return digits;
}

function derElement(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const lengthBytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) lengthBytes.unshift(left % 256);
  return Buffer.concat([Buffer.from([tag, 0x80 + lengthBytes.length, ...lengthBytes]), content]);
}
