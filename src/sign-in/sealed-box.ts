import { EncryptJWT, errors, jwtDecrypt, type CompactJWEHeaderParameters } from 'jose';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import type { CookieKeys } from './cookie-keys.ts';

/** Encrypts a value, so that others cannot read or change it, and decrypts it. */
export interface SealedBox<T> {
  /** The encrypted value. It can be decrypted until the given instant, to the second. */
  seal(value: T, endsAtMs: number): Promise<string>;
  /** Undefined for text that was not encrypted here, was changed, or has expired. */
  open(sealed: string): Promise<T | undefined>;
}

export interface SealedBoxOptions<T> {
  /** The purpose of the box. Text that was encrypted for another purpose cannot be decrypted. */
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
        // Not a JWE, changed, expired, or encrypted with another key or for another purpose: treated as no cookie.
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
