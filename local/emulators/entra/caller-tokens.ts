import type { JWTPayload } from 'jose';
import { createSigningKey } from '../signing-key.ts';
import { clientClaims, issuerOf, newTokenId, personClaims } from './access-token-claims.ts';
import type { EntraService } from './entra-service.ts';

export interface CallerTokenOptions {
  readonly tenantId: string;
  readonly audience: string;
  /** The calling application; `appid` or `azp` in the token. */
  readonly clientId?: string;
  /** The user principal name of a person known here: makes the token a delegated one. */
  readonly upn?: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  readonly version?: 1 | 2;
  readonly validity?: 'valid' | 'expired' | 'not-yet-valid';
  /** `stranger`: another key under its own id; `impostor`: another key under the id of Entra's. */
  readonly signedBy?: 'entra' | 'stranger' | 'impostor';
  /** Claims that are added or replaced; an undefined one is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

const defaultCallerClientId = '5f6a1c3e-2b7d-4c58-9e0a-1d2f3b4c5a60';

const lifetimeSeconds = 3600;
const startsInSeconds = { valid: 0, expired: -2 * lifetimeSeconds, 'not-yet-valid': lifetimeSeconds };

/** A token that a caller of this project's API would send: valid, or with exactly one requested error. */
export async function issueCallerToken(service: EntraService, options: CallerTokenOptions): Promise<string> {
  const { tenantId, audience, version = 2, validity = 'valid', signedBy = 'entra' } = options;
  const startSeconds = Math.floor(service.nowMs() / 1000) + startsInSeconds[validity];
  const claims: JWTPayload = {
    aud: audience,
    iss: issuerOf(service.url(), tenantId, version),
    iat: startSeconds,
    nbf: startSeconds,
    exp: startSeconds + lifetimeSeconds,
    ...clientClaims(options.clientId ?? defaultCallerClientId, version),
    ...principalClaims(service, options, version),
    tid: tenantId,
    uti: newTokenId(),
    ver: `${version}.0`,
    ...options.claims,
  };
  if (signedBy === 'entra') return await service.signingKey.sign(claims);
  const otherKey = await createSigningKey(service.nowMs);
  return await otherKey.sign(claims, signedBy === 'impostor' ? { kid: service.signingKey.publicJwk.kid } : {});
}

function principalClaims(service: EntraService, options: CallerTokenOptions, version: 1 | 2): JWTPayload {
  const { tenantId, upn, clientId = defaultCallerClientId, scopes = ['access_as_user'], roles } = options;
  const rolesClaim = roles === undefined ? {} : { roles: [...roles] };
  if (upn === undefined) {
    const oid = service.directory.findRegistration(tenantId, clientId)?.objectId ?? clientId;
    return { oid, sub: oid, idtyp: 'app', ...rolesClaim };
  }
  const user = service.directory.findUser(tenantId, (one) => one.upn === upn);
  if (user === undefined) throw new Error(`No user ${upn} in tenant ${tenantId}: add it first with addUser.`);
  return { ...personClaims(user, version), scp: scopes.join(' '), ...rolesClaim };
}
