import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import { ServiceError, UnauthorizedError } from '../errors.ts';
import type { IdentifiedCaller } from './caller.ts';
import { readCaller } from './read-claims.ts';

export interface BearerSettings {
  /** The tenant whose callers are let in. */
  readonly tenantId: string;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
}

/** Entra's tokens have some kilobytes, with many groups at most. */
const MAX_TOKEN_CHARACTERS = 16_384;
const LEEWAY_SECONDS = 60;

/**
 * Verifies an Entra access token for this API (RFC 9068 in spirit, RFC 8725): the signature by the tenant's own keys, RS256 alone,
 * issuer, audience, tenant and time. Where the token itself says its key is to be had is never looked at.
 *
 * Throws `unauthorized`; `upstream_unavailable` where there are no keys to verify with.
 */
export function createBearerVerifier(
  settings: BearerSettings,
  { clock, signingKeys }: { clock: Clock; signingKeys: JWTVerifyGetKey },
): (token: string) => Promise<IdentifiedCaller> {
  return async (token) => {
    if (token.length > MAX_TOKEN_CHARACTERS) throw refuse('it is longer than any token of Entra', 'size');
    const claims = await verify(token, settings, { clock, signingKeys });
    const caller = readCaller(claims, token);
    if (caller === undefined) throw refuse('it names no tenant or object id', 'tid, oid');
    // An ID token for this API is signed alike, and may carry roles: but it names no application that was given access.
    if (caller.claims.appid === undefined) throw refuse('it is no access token', 'appid, azp');
    if (caller.claims.tid !== settings.tenantId) throw refuse('it is of another tenant', 'tid');
    return caller;
  };
}

async function verify(
  token: string,
  { issuers, audiences }: BearerSettings,
  { clock, signingKeys }: { clock: Clock; signingKeys: JWTVerifyGetKey },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, signingKeys, {
      algorithms: ['RS256'],
      issuer: [...issuers],
      audience: [...audiences],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(clock.now().wallMs),
      requiredClaims: ['exp'],
    });
    return payload;
  } catch (error) {
    throw error instanceof ServiceError ? error : explain(error);
  }
}

function explain(error: unknown): UnauthorizedError {
  if (error instanceof errors.JWTExpired) return refuse('it has expired', 'exp');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refuse(`its claim "${error.claim}" does not fit`, error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed) return refuse('it is not signed with RS256', 'alg');
  if (error instanceof errors.JWKSNoMatchingKey)
    return refuse('it is signed with a key that its tenant does not have', 'kid');
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refuse('its signature does not verify', 'signature');
  return refuse('it is no JWT that can be verified', 'form');
}

function refuse(what: string, reason: string): UnauthorizedError {
  return new UnauthorizedError(`The bearer token is not accepted: ${what}.`, {
    challenge: 'invalid_token',
    takesBearer: true,
    reason,
    hint: 'Ask Entra for a token of this API: its tenant is CALLER_TENANT_ID, its audience one of CALLER_AUDIENCE.',
  });
}
