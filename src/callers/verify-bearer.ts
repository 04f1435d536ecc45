import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import { ServiceError, UnauthorizedError } from '../errors.ts';
import type { IdentifiedCaller } from './caller.ts';
import { describeAudience } from './describe-audience.ts';
import { readEntraCaller, readOidcCaller } from './read-claims.ts';

export interface BearerSettings {
  /** The issuer's name in tokens, in each of its forms. */
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
}

export interface BearerDependencies {
  readonly clock: Clock;
  readonly signingKeys: JWTVerifyGetKey;
}

export type BearerVerifier = (token: string) => Promise<IdentifiedCaller>;

/** Even a token with many groups has only a few kilobytes. */
const MAX_TOKEN_CHARACTERS = 16_384;
const LEEWAY_SECONDS = 60;

const ENTRA_HINT =
  'Request a token for this API from Entra: its tenant must be CALLER_TENANT_ID, and its audience one of CALLER_AUDIENCE.';
const OIDC_HINT =
  'Request an access token for this API from CALLER_ISSUER: a JWT signed with RS256, PS256 or ES256, with sub, exp and an audience of CALLER_AUDIENCE.';

/**
 * Verifies an Entra access token for this API (RFC 8725, and RFC 9068 as far as Entra follows it): the signature with the
 * tenant's own keys and RS256 only, issuer, audience, tenant and time. URLs of keys in the token are ignored.
 *
 * Throws `unauthorized`; `upstream_unavailable` without keys to verify with.
 */
export function createEntraVerifier(
  { tenantId, ...settings }: BearerSettings & { readonly tenantId: string },
  dependencies: BearerDependencies,
): BearerVerifier {
  return async (token) => {
    const rules = { ...settings, algorithms: ['RS256'], requiredClaims: ['exp'], hint: ENTRA_HINT };
    const claims = await verify(token, rules, dependencies);
    const caller = readEntraCaller(claims, { via: 'entra', bearerToken: token });
    if (caller === undefined) throw refuse('it names no tenant or object id', 'tid, oid', ENTRA_HINT);
    // An ID token for this API has the same signature, and may have roles. But it names no application that was given access.
    if (caller.claims.appid === undefined) throw refuse('it is not an access token', 'appid, azp', ENTRA_HINT);
    if (caller.claims.tid !== tenantId) throw refuse('it is from another tenant', 'tid', ENTRA_HINT);
    return caller;
  };
}

/** Verifies an access token of any OpenID provider for this API. Throws the same as `createEntraVerifier`. */
export function createOidcVerifier(settings: BearerSettings, dependencies: BearerDependencies): BearerVerifier {
  return async (token) => {
    const rules = {
      ...settings,
      algorithms: ['RS256', 'PS256', 'ES256'],
      requiredClaims: ['exp', 'sub'],
      hint: OIDC_HINT,
    };
    const claims = await verify(token, rules, dependencies);
    if (isIdToken(claims)) throw refuse('it is an ID token, not an access token', 'id token', OIDC_HINT);
    const caller = readOidcCaller(claims, token);
    if (caller === undefined) throw refuse('its claim "sub" is empty or not a string', 'sub', OIDC_HINT);
    return caller;
  };
}

/** An ID token proves a sign-in to another application. OpenID Connect defines the hashes; Cognito and Keycloak the others. */
function isIdToken(claims: JWTPayload): boolean {
  const { at_hash: tokenHash, c_hash: codeHash, token_use: use, typ } = claims;
  return tokenHash !== undefined || codeHash !== undefined || use === 'id' || typ === 'ID';
}

interface Rules extends BearerSettings {
  readonly algorithms: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly hint: string;
}

async function verify(token: string, rules: Rules, { clock, signingKeys }: BearerDependencies): Promise<JWTPayload> {
  const { issuers, audiences, algorithms, requiredClaims, hint } = rules;
  if (token.length > MAX_TOKEN_CHARACTERS) throw refuse('it is longer than any access token', 'size', hint);
  try {
    const { payload } = await jwtVerify(token, signingKeys, {
      algorithms: [...algorithms],
      issuer: [...issuers],
      audience: [...audiences],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(clock.now().wallMs),
      requiredClaims: [...requiredClaims],
    });
    return payload;
  } catch (error) {
    throw error instanceof ServiceError ? error : explain(error, rules);
  }
}

function explain(error: unknown, { algorithms, audiences, hint }: Rules): UnauthorizedError {
  if (error instanceof errors.JWTExpired) return refuse('it has expired', 'exp', hint);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const how = error.claim === 'aud' ? describeAudience(error.payload.aud, audiences) : undefined;
    return refuse(
      `its claim "${error.claim}" is missing or wrong${how === undefined ? '' : `: ${how}`}`,
      error.claim,
      hint,
    );
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refuse(`it is not signed with ${algorithms.join(' or ')}`, 'alg', hint);
  if (error instanceof errors.JWKSNoMatchingKey)
    return refuse('it is signed with a key that its issuer does not have', 'kid', hint);
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refuse('its signature is not valid', 'signature', hint);
  return refuse('it is not a JWT that can be verified', 'form', hint);
}

function refuse(what: string, reason: string, hint: string): UnauthorizedError {
  return new UnauthorizedError(`The bearer token is not accepted: ${what}.`, {
    challenge: 'invalid_token',
    takesBearer: true,
    reason,
    hint,
  });
}
