import type { IncomingMessage } from 'node:http';
import type { HttpRoute } from './route-table.ts';

/** The keys of a function app: by function, then by the name of the key. */
export interface FunctionKeys {
  readonly master?: string;
  /** Open every function. */
  readonly host?: Readonly<Record<string, string>>;
  /** Open one function each. */
  readonly functions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Whether the request carries a key that opens the route. The header wins over `?code=`, even with a wrong key. */
export function isAuthorized(route: HttpRoute, request: IncomingMessage, keys: FunctionKeys): boolean {
  if (route.authLevel === 'anonymous') return true;
  const key = keyOf(request);
  if (key === undefined || key === '') return false;
  if (key === keys.master) return true;
  if (route.authLevel === 'admin') return false;
  return opens(keys.host, key) || opens(keys.functions?.[route.functionName], key);
}

function keyOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-functions-key'];
  if (header !== undefined) return String(header);
  const target = request.url ?? '';
  const query = target.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(target.slice(query)).get('code') ?? undefined);
}

function opens(keys: Readonly<Record<string, string>> | undefined, key: string): boolean {
  return keys !== undefined && Object.values(keys).includes(key);
}
