import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { UnauthorizedError } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';
import type { IdentifiedCaller } from './caller.ts';
import { readEntraCaller } from './read-claims.ts';

/** App Service may map claim names to these. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'http://schemas.microsoft.com/identity/claims/tenantid': 'tid',
  'http://schemas.microsoft.com/identity/claims/objectidentifier': 'oid',
  'http://schemas.microsoft.com/identity/claims/scope': 'scp',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/role': 'roles',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': 'upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'email',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier': 'sub',
};

const MANY_VALUED = new Set(['roles', 'groups']);
const ENTRA = 'aad';

const principalSchema = v.looseObject({
  auth_typ: v.string(),
  claims: v.array(v.looseObject({ typ: v.string(), val: v.unknown() })),
});

/**
 * The caller that App Service Authentication verified. `principal` is the header `X-MS-CLIENT-PRINCIPAL`, base64 of JSON. Only
 * App Service Authentication removes a forged one, so check that it is on before calling this.
 *
 * Throws `unauthorized`.
 */
export function readEasyAuthPrincipal(principal: string, tenantId: string): IdentifiedCaller {
  const json = parseJson(Buffer.from(principal, 'base64').toString('utf8'));
  const parsed = v.safeParse(principalSchema, json);
  if (memberOf(json, 'identityProvider') !== undefined)
    throw refuse('its format is that of Azure Static Web Apps, which has no tenant id and no object id', 'form');
  if (!parsed.success) throw refuse('it cannot be read', 'form');
  if (parsed.output.auth_typ !== ENTRA) throw refuse('it is not from Microsoft Entra', 'auth_typ');
  const caller = readEntraCaller(gatherClaims(parsed.output.claims), { via: 'easyauth', bearerToken: undefined });
  if (caller === undefined) throw refuse('it names no tenant or object id', 'tid, oid');
  if (caller.claims.tid !== tenantId) throw refuse('it is from another tenant', 'tid');
  return caller;
}

function gatherClaims(claims: readonly { typ: string; val: unknown }[]): JWTPayload {
  const gathered = new Map<string, string | string[]>();
  for (const { typ, val } of claims) {
    if (typeof val !== 'string') continue;
    const name = Object.hasOwn(SHORT_NAMES, typ) ? (SHORT_NAMES[typ] ?? typ) : typ;
    const known = gathered.get(name);
    if (MANY_VALUED.has(name)) gathered.set(name, [...(Array.isArray(known) ? known : []), val]);
    else if (known === undefined) gathered.set(name, val);
  }
  return Object.fromEntries(gathered);
}

function refuse(what: string, reason: string): UnauthorizedError {
  return new UnauthorizedError(`The sign-in that App Service Authentication reports is not accepted: ${what}.`, {
    reason,
    hint: 'Sign in with an account of the tenant CALLER_TENANT_ID through Microsoft Entra (Portal: Settings > Authentication).',
  });
}
