import type { JWTPayload } from 'jose';
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
      upn: readText(claims['upn']),
      preferred_username: readText(claims['preferred_username']),
      email: readText(claims['email']),
      sub: readText(claims.sub),
    },
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readList(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
