import type { RpcCookie } from './core-types.ts';

const sameSiteNames = { lax: 'lax', strict: 'strict', explicitNone: 'none', none: undefined } as const;

/** The `Set-Cookie` line that the host writes for a cookie of the response: encoded value, attributes in the host's order. */
export function toSetCookie(cookie: RpcCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const maxAge = cookie.maxAge?.value;
  const sameSite = sameSiteNames[cookie.sameSite ?? 'none'];
  return [
    `${encodeURIComponent(cookie.name ?? '')}=${encodeURIComponent(cookie.value ?? '')}`,
    isGiven(seconds) ? `expires=${new Date(seconds * 1000).toUTCString()}` : '',
    isGiven(maxAge) ? `max-age=${Math.trunc(maxAge)}` : '',
    isGiven(cookie.domain?.value) ? `domain=${cookie.domain.value}` : '',
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value === true ? 'secure' : '',
    sameSite === undefined ? '' : `samesite=${sameSite}`,
    cookie.httpOnly?.value === true ? 'httponly' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
