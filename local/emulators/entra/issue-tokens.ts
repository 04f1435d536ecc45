import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Answer } from '../emulator.ts';
import { accessTokenClaims } from './access-token-claims.ts';
import { clientInfo } from './client-info.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';

const refreshTokenLifetimeMs = 90 * 24 * 60 * 60 * 1000;

/** The success answer of the token endpoint, in the form of the endpoint's version. */
export async function issueTokens(service: EntraService, request: TokenRequest, granted: Granted): Promise<Answer> {
  const { controls, signingKey, nowMs } = service;
  const { tenantId, endpointVersion } = request;
  const { resource, user, openIdScopes } = granted;
  const issuedAtSeconds = Math.floor(nowMs() / 1000);
  const lifetimeSeconds = controls.tokenLifetimeSeconds;
  const scope = user === undefined ? undefined : granted.scopes.map((name) => `${resource}/${name}`).join(' ');
  const times =
    endpointVersion === 1
      ? {
          // The v1 endpoint writes its numbers as strings.
          expires_in: String(lifetimeSeconds),
          ext_expires_in: String(lifetimeSeconds),
          expires_on: String(issuedAtSeconds + lifetimeSeconds),
          not_before: String(issuedAtSeconds),
          resource,
        }
      : {
          expires_in: lifetimeSeconds,
          ext_expires_in: lifetimeSeconds,
          ...(controls.refreshInSeconds === undefined ? {} : { refresh_in: controls.refreshInSeconds }),
        };
  const body = {
    token_type: 'Bearer',
    ...(scope === undefined ? {} : { scope: endpointVersion === 1 ? granted.scopes.join(' ') : scope }),
    ...times,
    access_token: await signingKey.sign(accessTokenClaims(service, tenantId, granted)),
    ...(user !== undefined && openIdScopes.includes('offline_access')
      ? {
          refresh_token: service.grants.addRefreshToken({
            granted,
            tenantId,
            expiresAtMs: granted.refreshUntilMs ?? nowMs() + refreshTokenLifetimeMs,
          }),
        }
      : {}),
    ...(user !== undefined && openIdScopes.includes('openid')
      ? { id_token: await signingKey.sign(idTokenClaims(service, tenantId, granted)) }
      : {}),
    ...(user !== undefined && request.form.get('client_info') === '1' ? { client_info: clientInfo(user) } : {}),
    ...controls.responseOverride,
  };
  return { status: 200, headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' }, body };
}

function idTokenClaims(service: EntraService, tenantId: string, { registration, user, nonce }: Granted): JWTPayload {
  const issuedAtSeconds = Math.floor(service.nowMs() / 1000);
  return {
    aud: registration.clientId,
    iss: `${service.url()}/${tenantId}/v2.0`,
    iat: issuedAtSeconds,
    nbf: issuedAtSeconds,
    exp: issuedAtSeconds + 3600,
    ...(user === undefined ? {} : { sub: user.oid, oid: user.oid, name: user.name, preferred_username: user.upn }),
    ...(nonce === undefined ? {} : { nonce }),
    tid: tenantId,
    uti: randomUUID(),
    ver: '2.0',
  };
}
