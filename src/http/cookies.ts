import type { Cookie } from '@azure/functions';

/** Browsers take 4,096 bytes for a cookie's name, value and attributes together. */
const MAX_VALUE_CHARACTERS = 3_500;
/** More parts than any refresh token needs; and what headers together a host takes is limited too. */
const MAX_PARTS = 8;

/** The `Cookie` header of a request (RFC 6265 section 4.2.1), by name. */
export function readCookies(headers: Headers): ReadonlyMap<string, string> {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

/** A long value out of its parts `NAME.0`, `NAME.1` ...; undefined where there is none. */
export function readSplitCookie(cookies: ReadonlyMap<string, string>, name: string): string | undefined {
  const parts: string[] = [];
  for (let index = 0; index < MAX_PARTS; index++) {
    const part = cookies.get(`${name}.${index}`);
    if (part === undefined) break;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join('');
}

/** Sets a value over as many cookies as it needs, and clears those that an older, longer one left behind. */
export function setSplitCookie(
  name: string,
  { value, maxAgeSeconds, present }: { value: string; maxAgeSeconds: number; present: ReadonlyMap<string, string> },
): Cookie[] {
  const count = Math.ceil(value.length / MAX_VALUE_CHARACTERS);
  if (count > MAX_PARTS) throw new Error('A sealed session is larger than all its cookies together.');
  const parts = Array.from({ length: count }, (_, index) =>
    setCookie(
      `${name}.${index}`,
      value.slice(index * MAX_VALUE_CHARACTERS, (index + 1) * MAX_VALUE_CHARACTERS),
      maxAgeSeconds,
    ),
  );
  const written = new Set(parts.map((part) => part.name));
  return [...parts, ...clearSplitCookie(name, present).filter((part) => !written.has(part.name))];
}

/** Ends every part that the request carried. */
export function clearSplitCookie(name: string, present: ReadonlyMap<string, string>): Cookie[] {
  return Array.from({ length: MAX_PARTS }, (_, index) => `${name}.${index}`)
    .filter((part) => present.has(part))
    .map((part) => setCookie(part, '', 0));
}

/** A cookie for this host alone, out of reach of scripts, over TLS only (localhost counts as such). */
export function setCookie(name: string, value: string, maxAgeSeconds: number): Cookie {
  return { name, value, maxAge: maxAgeSeconds, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' };
}
