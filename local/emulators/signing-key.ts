import {
  SignJWT,
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import type { JWK, JWTPayload } from 'jose';

type TokenInspection =
  | { readonly valid: true; readonly claims: JWTPayload }
  | { readonly valid: false; readonly reason: 'malformed' | 'signature' | 'audience' | 'expired' | 'not-yet-valid' };

/** The key with which Entra signs its tokens, and every other service verifies them. */
export interface SigningKey {
  readonly publicJwk: JWK & { readonly kid: string };
  readonly sign: (claims: JWTPayload, header?: { readonly kid?: string }) => Promise<string>;
  /** Checks signature, times and audience, as the resource of the token does. */
  readonly inspect: (token: string, audiences?: readonly string[]) => Promise<TokenInspection>;
}

export async function createSigningKey(nowMs: () => number): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const bareJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(bareJwk);
  const publicJwk = { ...bareJwk, kid, x5t: kid, use: 'sig', alg: 'RS256' };
  const keySet = createLocalJWKSet({ keys: [publicJwk] });
  return {
    publicJwk,
    sign: (claims, header) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: kid, kid, ...header }).sign(privateKey),
    inspect: async (token, audiences) => {
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: ['RS256'],
          currentDate: new Date(nowMs()),
          ...(audiences === undefined ? {} : { audience: [...audiences] }),
        });
        return { valid: true, claims: payload };
      } catch (error) {
        return { valid: false, reason: reasonOf(error) };
      }
    },
  };
}

function reasonOf(error: unknown): Exclude<TokenInspection, { valid: true }>['reason'] {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' ? 'not-yet-valid' : error.claim === 'aud' ? 'audience' : 'malformed';
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return 'signature';
  }
  return 'malformed';
}
