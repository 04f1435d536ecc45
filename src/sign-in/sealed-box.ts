import { EncryptJWT, errors, jwtDecrypt, type CompactJWEHeaderParameters } from 'jose';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import type { CookieKeys } from './cookie-keys.ts';

/** Turns a value into text that nobody can read or change, and back. */
export interface SealedBox<T> {
  /** What opens until then, to the second. */
  seal(value: T, endsAtMs: number): Promise<string>;
  /** Undefined for anything that was not sealed here, was changed, or has ended. */
  open(sealed: string): Promise<T | undefined>;
}

export interface SealedBoxOptions<T> {
  /** What the box is for: one that was sealed for something else does not open. */
  readonly purpose: string;
  readonly schema: v.GenericSchema<unknown, T>;
  readonly clock: Clock;
  readonly keys: CookieKeys;
}

/** An encrypted JWT (RFC 7519), `dir` with A256GCM: encrypted and authenticated; the key id is the version of the secret. */
export function createSealedBox<T>({ purpose, schema, clock, keys }: SealedBoxOptions<T>): SealedBox<T> {
  return {
    async seal(value, endsAtMs) {
      const { version, bytes } = await keys.newest();
      return new EncryptJWT({ value })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: version })
        .setAudience(purpose)
        .setExpirationTime(Math.floor(endsAtMs / 1000))
        .encrypt(bytes);
    },
    async open(sealed) {
      try {
        const { payload } = await jwtDecrypt(sealed, (header) => findKey(keys, header), {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          audience: purpose,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.now().wallMs),
        });
        const value = v.safeParse(schema, payload['value']);
        return value.success ? value.output : undefined;
      } catch (error) {
        // No JWE, changed, sealed with another key or for something else, or ended: the same as no cookie at all.
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

async function findKey(keys: CookieKeys, { kid }: CompactJWEHeaderParameters): Promise<Uint8Array> {
  const key = typeof kid === 'string' ? await keys.find(kid) : undefined;
  if (key === undefined) throw new errors.JWEDecryptionFailed();
  return key.bytes;
}
