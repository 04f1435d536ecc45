import type { Cookie } from '@azure/functions';

/** Browsers accept 4,096 bytes for a cookie's name, value and attributes together. */
const MAX_VALUE_CHARACTERS = 3_500;
/** A host also limits the size of all headers together. No known refresh token needs this many parts. */
const MAX_PARTS = 8;
export const MAX_COOKIE_CHARACTERS = MAX_PARTS * MAX_VALUE_CHARACTERS;

/** By name. A name that occurs twice in the request has no value: one of the two is not ours, and it is not known which. */
export type RequestCookies = ReadonlyMap<string, string | undefined>;

/** The `Cookie` header of a request (RFC 6265 section 4.2.1), in the order the browser sends: the oldest first. */
export function readCookies(headers: Headers): RequestCookies {
  const cookies = new Map<string, string | undefined>();
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = trimBlanks(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : trimBlanks(pair.slice(at + 1));
    if (name !== '') cookies.set(name, cookies.has(name) ? undefined : value);
  }
  return cookies;
}

/**
 * Removes only spaces and tabs. `trim()` also removes U+00A0 and others: a sibling host may set a cookie whose name begins with
 * one. Browsers do not protect it as a `__Host-` name, and it would be read as ours.
 */
function trimBlanks(text: string): string {
  return text.replaceAll(/^[ \t]+|[ \t]+$/g, '');
}

/** Joins the parts `NAME.0`, `NAME.1` ... of a long value; undefined without a first part. */
export function readSplitCookie(cookies: RequestCookies, name: string): string | undefined {
  const parts: string[] = [];
  for (let index = 0; index < MAX_PARTS; index++) {
    const part = cookies.get(`${name}.${index}`);
    if (part === undefined) break;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join('');
}

/** Sets a value in as many cookies as it needs, and clears the other parts of an older, longer value. */
export function setSplitCookie(
  name: string,
  { value, maxAgeSeconds, present }: { value: string; maxAgeSeconds: number; present: RequestCookies },
): Cookie[] {
  const count = Math.ceil(value.length / MAX_VALUE_CHARACTERS);
  if (count > MAX_PARTS) throw new Error('The encrypted value is larger than all its cookies together.');
  const parts = Array.from({ length: count }, (_, index) =>
    setCookie(
      `${name}.${index}`,
      value.slice(index * MAX_VALUE_CHARACTERS, (index + 1) * MAX_VALUE_CHARACTERS),
      maxAgeSeconds,
    ),
  );
  return [...parts, ...clearSplitCookie(name, present, count)];
}

/** Clears every part in the request, from number `first` on. */
export function clearSplitCookie(name: string, present: RequestCookies, first = 0): Cookie[] {
  return Array.from({ length: MAX_PARTS }, (_, index) => `${name}.${index}`)
    .slice(first)
    .filter((part) => present.has(part))
    .map((part) => setCookie(part, '', 0));
}

/** A cookie that scripts cannot read, only for this host, only over TLS (localhost counts as TLS). */
export function setCookie(name: string, value: string, maxAgeSeconds: number): Cookie {
  return { name, value, maxAge: maxAgeSeconds, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' };
}
