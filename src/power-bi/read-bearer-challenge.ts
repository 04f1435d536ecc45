import { memberOf, parseJson } from '../json.ts';

export interface BearerChallenge {
  /** RFC 6750 section 3.1, and Entra's `insufficient_claims`. */
  readonly error: 'invalid_token' | 'insufficient_claims' | undefined;
  /** The claims that a new token must be requested with: JSON. */
  readonly claims: string | undefined;
}

const MAX_CLAIMS_CHARACTERS = 4_000;

/** Reads the challenge of a resource that refuses a bearer token (continuous access evaluation). */
export function readBearerChallenge(header: string | null): BearerChallenge {
  const bearer = header ?? '';
  const error = /\berror="(invalid_token|insufficient_claims)"/i.exec(bearer)?.[1]?.toLowerCase();
  const encoded = /\bclaims="([\w+/=-]+)"/i.exec(bearer)?.[1];
  return { error: error as BearerChallenge['error'], claims: encoded === undefined ? undefined : readClaims(encoded) };
}

/** Only claims about an access token are used (OpenID Connect Core section 5.5); others could repeat the request. */
function readClaims(encoded: string): string | undefined {
  if (encoded.length > MAX_CLAIMS_CHARACTERS) return undefined;
  const requested = memberOf(parseJson(Buffer.from(encoded, 'base64').toString('utf8')), 'access_token');
  return requested === undefined ? undefined : JSON.stringify({ access_token: requested });
}
