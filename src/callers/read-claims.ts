import type { JWTPayload } from 'jose';
import { memberOf, parseJson } from '../json.ts';
import type { IdentifiedCaller } from './caller.ts';

/**
 * A caller out of verified claims; undefined where it cannot be told apart from others. Names that people can change, such as
 * `upn`, are read for row-level security alone.
 */
export function readCaller(claims: JWTPayload, bearerToken: string | undefined): IdentifiedCaller | undefined {
  const tid = readText(claims['tid'])?.toLowerCase();
  const oid = readText(claims['oid'])?.toLowerCase();
  if (tid === undefined || oid === undefined) return undefined;
  return {
    kind: 'identified',
    id: `${tid}/${oid}`,
    bearerToken,
    claims: {
      tid,
      oid,
      appid: (readText(claims['appid']) ?? readText(claims['azp']))?.toLowerCase(),
      roles: readList(claims['roles']),
      scp:
        readText(claims['scp'])
          ?.split(' ')
          .filter((scope) => scope !== '') ?? [],
      groups: readList(claims['groups']),
      hasGroupOverage: hasGroupOverage(claims),
      upn: readText(claims['upn']),
      preferred_username: readText(claims['preferred_username']),
      email: readText(claims['email']),
      sub: readText(claims.sub),
    },
  };
}

/** A claim that is to be had elsewhere (OpenID Connect Core section 5.6.2), or Entra's short form; App Service makes text of both. */
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
