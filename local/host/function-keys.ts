import type { IncomingMessage } from 'node:http';
import type { HttpRoute } from './route-table.ts';

/** The host keys of a function app by their names. Each is valid for every function. */
export type HostKeys = Readonly<Record<string, string>>;

/**
 * Whether the request has a valid key. As on the real host, keys ignore case, the first of two headers counts, and the header
 * overrides `?code=`, even with a wrong key.
 */
export function isAuthorized(route: HttpRoute, request: IncomingMessage, keys: HostKeys): boolean {
  if (route.authLevel === 'anonymous') return true;
  const key = readKey(request)?.toLowerCase();
  return key !== undefined && key !== '' && Object.values(keys).some((known) => known.toLowerCase() === key);
}

function readKey(request: IncomingMessage): string | undefined {
  const [header] = request.headersDistinct['x-functions-key'] ?? [];
  if (header !== undefined) return header;
  const target = request.url ?? '';
  const query = target.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(target.slice(query)).get('code') ?? undefined);
}
