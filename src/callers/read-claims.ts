import type { JWTPayload } from 'jose';
import { memberOf, parseJson } from '../json.ts';
import type { CallerClaims, IdentifiedCaller } from './caller.ts';

/**
 * The caller that Entra's verified claims describe; undefined without a tenant or object id, because only these identify a
 * caller. Names that people can change, such as `upn`, are read for row-level security only.
 */
export function readEntraCaller(
  claims: JWTPayload,
  { via, bearerToken }: Pick<IdentifiedCaller, 'bearerToken'> & { via: 'entra' | 'easyauth' },
): IdentifiedCaller | undefined {
  const tid = readText(claims['tid'])?.toLowerCase();
  const oid = readText(claims['oid'])?.toLowerCase();
  if (tid === undefined || oid === undefined) return undefined;
  const appid = (readText(claims['appid']) ?? readText(claims['azp']))?.toLowerCase();
  return {
    kind: 'identified',
    via,
    id: `${tid}/${oid}`,
    bearerToken,
    claims: { ...readClaims(claims), tid, oid, appid, scp: readWords(claims['scp']) },
    namedClaims: new Map(),
  };
}

/** The caller that the verified claims of any OpenID provider describe; undefined without an issuer or a subject. */
export function readOidcCaller(claims: JWTPayload, bearerToken: string): IdentifiedCaller | undefined {
  const [iss, sub] = [readText(claims.iss), readText(claims.sub)];
  if (iss === undefined || sub === undefined) return undefined;
  return {
    kind: 'identified',
    via: 'oidc',
    id: `${iss}#${sub}`,
    bearerToken,
    claims: {
      ...readClaims(claims),
      tid: readText(claims['tid']),
      oid: readText(claims['oid']),
      appid: readText(claims['appid']) ?? readText(claims['azp']) ?? readText(claims['client_id']),
      scp: [...readWords(claims['scp']), ...readWords(claims['scope'])],
    },
    namedClaims: new Map(Object.entries(claims).map(([name, value]) => [name, readTexts(value)])),
  };
}

function readClaims(claims: JWTPayload): Omit<CallerClaims, 'tid' | 'oid' | 'appid' | 'scp'> {
  return {
    roles: readList(claims['roles']),
    groups: readList(claims['groups']),
    hasGroupOverage: hasGroupOverage(claims),
    upn: readText(claims['upn']),
    preferred_username: readText(claims['preferred_username']),
    email: readText(claims['email']),
    sub: readText(claims.sub),
  };
}

/** A reference to a claim elsewhere (OpenID Connect Core section 5.6.2), or Entra's short form. App Service makes it a string. */
function hasGroupOverage({ _claim_names: names, hasgroups }: JWTPayload): boolean {
  const isElsewhere = memberOf(typeof names === 'string' ? parseJson(names) : names, 'groups') !== undefined;
  return isElsewhere || hasgroups === true || hasgroups === 'true';
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readList(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Scopes: one string with spaces (RFC 6749 section 3.3), or the list that some providers send. */
function readWords(value: unknown): readonly string[] {
  return readList(value).flatMap((text) => text.split(' ').filter((word) => word !== ''));
}

/** A claim's values as strings, which grants compare: `true` and `42` as in JSON. Objects are left out. */
function readTexts(value: unknown): readonly string[] {
  return [value].flat().flatMap((item: unknown) => {
    if (typeof item === 'string') return [item];
    return typeof item === 'number' || typeof item === 'boolean' ? [String(item)] : [];
  });
}
