import { ServiceError } from '../errors.ts';

export interface ReturnAddressSettings {
  /** SIGN_IN_REDIRECT_URI: its origin is this site. */
  readonly redirectUri: string;
  readonly returnOrigins: readonly string[];
}

/** The URL is part of a cookie, and browsers drop cookies of more than 4,096 bytes. */
const MAX_ADDRESS_CHARACTERS = 2_000;

/**
 * Where the browser goes after a sign-in or sign-out: a path of this site, or a URL with an allowed origin. The result is
 * absolute, as the WHATWG URL parser reads it, so that browser and app cannot read it differently.
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
    // False for a URL with a user name, and for a blob: URL, which has the origin of the page that made it.
    const isPlace = href.startsWith(`${origin}/`);
    if (isAllowed && isPlace && href.length <= MAX_ADDRESS_CHARACTERS) return href;
  }
  throw new ServiceError('invalid_request', 'return_to is not an allowed URL.', {
    hint: 'Use a path of this site (/reports), or a URL whose origin is listed in SIGN_IN_RETURN_ORIGINS.',
    // The application made the link. The person may be signed in.
    newSignInHelps: false,
  });
}
