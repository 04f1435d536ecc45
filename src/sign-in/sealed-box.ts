import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import type { CookieKeys } from './cookie-keys.ts';

/** Turns a value into text that nobody can read or change, and back. */
export interface SealedBox<T> {
  seal(value: T): Promise<string>;
  /** Undefined for anything that was not sealed here, was changed, or is too old. */
  open(sealed: string): Promise<T | undefined>;
}

export interface SealedBoxOptions<T> {
  /** What the box is for: one that was sealed for something else does not open. */
  readonly purpose: string;
  readonly schema: v.GenericSchema<unknown, T>;
  readonly lifetimeSeconds: number;
  readonly clock: Clock;
  readonly keys: CookieKeys;
}

const envelope = v.object({ purpose: v.string(), expires: v.number(), value: v.unknown() });

/** JWE compact (RFC 7516), `dir` with A256GCM: encrypted and authenticated; the key id is the version of the secret. */
export function createSealedBox<T>(options: SealedBoxOptions<T>): SealedBox<T> {
  const { purpose, schema, lifetimeSeconds, clock, keys } = options;
  return {
    async seal(value) {
      const { version, bytes } = await keys.newest();
      const expires = clock.now().wallMs / 1000 + lifetimeSeconds;
      return new CompactEncrypt(Buffer.from(JSON.stringify({ purpose, expires, value })))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: version })
        .encrypt(bytes);
    },
    async open(sealed) {
      const version = readKeyId(sealed);
      const key = version === undefined ? undefined : await keys.find(version);
      if (key === undefined) return undefined;
      const text = await decrypt(sealed, key.bytes);
      const parsed = v.safeParse(envelope, text === undefined ? undefined : JSON.parse(text));
      if (!parsed.success || parsed.output.purpose !== purpose) return undefined;
      if (parsed.output.expires * 1000 <= clock.now().wallMs) return undefined;
      const value = v.safeParse(schema, parsed.output.value);
      return value.success ? value.output : undefined;
    },
  };
}

function readKeyId(sealed: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    // Not a JWE: whatever a stranger put into the cookie is no sign-in.
    return undefined;
  }
}

async function decrypt(sealed: string, key: Uint8Array): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return Buffer.from(plaintext).toString('utf8');
  } catch (error) {
    // Changed, or sealed with another key: the same as no cookie at all.
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
