/**
 * Which words of an upstream may reach a message, a log or a caller. An answer can repeat parts of the request, even a
 * secret, so only codes and ids of the expected form are used.
 */

/** A code such as `ForbiddenByRbac`, `invalid_client` or `TokenExpired`: letters and underscores, no digits. */
export function readCode(value: unknown): string | undefined {
  return matchWhole(value, /^[a-z_]{1,80}$/i);
}

/** A correlation, trace or request id: 32 hexadecimal digits, with or without hyphens. */
export function readId(value: unknown): string | undefined {
  return matchWhole(value, /^[\da-f-]{32,36}$/i);
}

/** Node's and OpenSSL's code of a network error: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
export function readNetworkCode(value: unknown): string | undefined {
  return matchWhole(value, /^[A-Z][A-Z\d_]{1,63}$/);
}

/** `AADSTS7000215`, if the text begins with it. */
export function readLeadingEntraCode(value: unknown): string | undefined {
  return typeof value === 'string' ? /^AADSTS\d{4,9}(?![.\d])/.exec(value)?.[0] : undefined;
}

/** The origin of a `Location` header, without path and query, because these can repeat the request. */
export function readOrigin(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { protocol, origin } = new URL(value);
  return protocol === 'https:' || protocol === 'http:' ? matchWhole(origin, /^[\w.:/[\]-]{8,120}$/) : undefined;
}

function matchWhole(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}
