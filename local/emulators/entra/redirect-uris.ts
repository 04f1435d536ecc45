import type { Registration } from './directory.ts';

/** Entra compares redirect URIs exactly, except for the port of http://localhost (RFC 8252 section 7.3). */
export function isSameRedirectUri(registered: string, asked: string): boolean {
  return registered === asked || (asked !== '' && withoutLocalPort(registered) === withoutLocalPort(asked));
}

/** Whether a page of this origin may redeem codes of the registration. */
export function isOriginOf({ spaRedirectUris }: Registration, origin: string): boolean {
  return spaRedirectUris.some((uri) => withoutLocalPort(new URL(uri).origin) === withoutLocalPort(origin));
}

function withoutLocalPort(uri: string): string {
  return uri.replace(/^(http:\/\/localhost)(:\d+)?(?=\/|$)/, '$1');
}
