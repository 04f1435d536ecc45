import { randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { EntraService, Granted } from './entra-service.ts';

/**
 * The claims of an access token. Microsoft's own resources get the v1 form from both endpoints; an API that is
 * registered here gets the version of its registration.
 */
export function accessTokenClaims(service: EntraService, tenantId: string, granted: Granted): JWTPayload {
  const { registration, user, resource, scopes } = granted;
  const api = service.directory.findApi(tenantId, resource);
  const version = api?.accessTokenVersion ?? 1;
  const issuedAtSeconds = Math.floor(service.nowMs() / 1000);
  const roles = registration.appRoles[resource] ?? [];
  return {
    aud: api === undefined || version === 1 ? resource : api.clientId,
    iss: issuerOf(service.url(), tenantId, version),
    iat: issuedAtSeconds,
    nbf: issuedAtSeconds,
    exp: issuedAtSeconds + service.controls.tokenLifetimeSeconds,
    ...clientClaims(registration.clientId, version),
    ...(user === undefined
      ? {
          oid: registration.objectId,
          sub: registration.objectId,
          idtyp: 'app',
          ...(roles.length === 0 ? {} : { roles: [...roles] }),
        }
      : { ...personClaims(user, version), scp: scopes.join(' ') }),
    tid: tenantId,
    uti: newTokenId(),
    ver: `${version}.0`,
  };
}

export function issuerOf(url: string, tenantId: string, version: 1 | 2): string {
  return version === 1 ? `https://sts.windows.net/${tenantId}/` : `${url}/${tenantId}/v2.0`;
}

export function clientClaims(clientId: string, version: 1 | 2): JWTPayload {
  return version === 1 ? { appid: clientId, appidacr: '1' } : { azp: clientId, azpacr: '1' };
}

export function personClaims(
  { oid, name, upn, groups }: { oid: string; name: string; upn: string; groups: readonly string[] },
  version: 1 | 2,
): JWTPayload {
  return {
    oid,
    sub: oid,
    name,
    ...(version === 1 ? { upn, unique_name: upn } : { preferred_username: upn }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
  };
}

export function newTokenId(): string {
  return randomBytes(16).toString('base64url');
}
