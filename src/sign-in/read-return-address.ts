import { ServiceError } from '../errors.ts';

export interface ReturnAddressSettings {
  /** SIGN_IN_REDIRECT_URI: its origin is this site. */
  readonly redirectUri: string;
  readonly returnOrigins: readonly string[];
}

/** The address is part of a cookie, and browsers drop cookies of more than 4,096 bytes. */
const MAX_ADDRESS_CHARACTERS = 2_000;

/**
 * Where a browser goes after it has signed in or out: a path of this site, or an address whose origin is allowed. The result is
 * absolute, as the WHATWG URL parser reads it, so that browser and program cannot read it differently.
 *
 * Throws `invalid_request` for anything else: an open redirect is a phisher's tool (RFC 9700 section 4.11).
 */
export function readReturnAddress(returnTo: string, settings: ReturnAddressSettings): string {
  const site = new URL(settings.redirectUri).origin;
  const isPath = returnTo.startsWith('/');
  const url = URL.parse(returnTo, isPath ? site : undefined);
  if (url !== null) {
    const { origin, href } = url;
    const isAllowed = isPath ? origin === site : settings.returnOrigins.includes(origin);
    // False for an address with a user name, and for a blob: address, which has the origin of the page that made it.
    const isPlace = href.startsWith(`${origin}/`);
    if (isAllowed && isPlace && href.length <= MAX_ADDRESS_CHARACTERS) return href;
  }
  throw new ServiceError('invalid_request', 'return_to is not an allowed address.', {
    hint: 'Use a path of this site (/reports), or an address whose origin is listed in SIGN_IN_RETURN_ORIGINS.',
  });
}
