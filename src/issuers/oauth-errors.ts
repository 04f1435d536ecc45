import type { ErrorCode } from '../errors.ts';

/** What the `error` of a token endpoint means that gives no code of Entra (RFC 6749 section 5.2, and what issuers add). */
export interface OauthRefusal {
  readonly code: ErrorCode;
  readonly meaning: string;
  readonly hint: string;
}

const CHECK_CLIENT =
  'The issuer does not accept this client: check clientId, the secret in Key Vault, and clientAuthentication (client_secret_post, client_secret_basic, private_key_jwt).';

/** A client that is not accepted is what a rotated secret looks like to an issuer without codes of its own. */
const CLIENT_REFUSED: OauthRefusal = {
  code: 'secret_rejected',
  meaning: 'it does not know this client or its credential',
  hint: CHECK_CLIENT,
};
const NO_DPOP: OauthRefusal = {
  code: 'issuer_rejected',
  meaning: 'it asks for tokens that are bound to a key (DPoP)',
  hint: "Turn DPoP off for this client in the issuer's console: the token must work for every caller that gets it.",
};
const PERSON_NEEDED: OauthRefusal = {
  code: 'issuer_rejected',
  meaning: 'it asks the user for more than user name and password',
  hint: 'Use an account that needs no interaction, or better "client_credentials" in place of "password".',
};
const PASSING_FAULT: OauthRefusal = {
  code: 'upstream_unavailable',
  meaning: 'it has a passing fault',
  hint: 'Nothing needs to be changed here: ask again after Retry-After seconds.',
};

/** By the name of the error. */
export const OAUTH_ERRORS: ReadonlyMap<string, OauthRefusal> = new Map([
  ['invalid_client', CLIENT_REFUSED],
  [
    'invalid_grant',
    refusal(
      'it does not accept the user name and password, code or assertion',
      'Check "username" and the password in Key Vault, or sign in again.',
    ),
  ],
  [
    'invalid_scope',
    refusal(
      'it does not know the scope',
      'Check "scope", "resource" or "audience" of the profile against what the issuer offers.',
    ),
  ],
  [
    'invalid_target',
    refusal(
      'it does not know what the token is for',
      'Check "resource" or "audience" of the profile against what the issuer offers.',
    ),
  ],
  [
    'unauthorized_client',
    refusal('this client may not use the grant type', "Allow this grant type for the client in the issuer's console."),
  ],
  [
    'access_denied',
    refusal(
      'its policy denies the request',
      'Check in the issuer\'s console what this client may ask for: "scope", "audience", grant type, addresses.',
    ),
  ],
  [
    'unsupported_grant_type',
    refusal('it does not support the grant type', 'Check "grant" and "tokenEndpoint" of the profile.'),
  ],
  [
    'invalid_request',
    refusal(
      'the request does not fit this issuer',
      'Check tokenEndpoint, scope and parameters of the profile against what the issuer asks for.',
    ),
  ],
  ['use_dpop_nonce', NO_DPOP],
  ['invalid_dpop_proof', NO_DPOP],
  ['mfa_required', PERSON_NEEDED],
  ['interaction_required', PERSON_NEEDED],
  ['login_required', PERSON_NEEDED],
  ['consent_required', PERSON_NEEDED],
  ['server_error', PASSING_FAULT],
  ['temporarily_unavailable', PASSING_FAULT],
]);

/** Of an error that is in no list, or an answer that names none. */
export const UNKNOWN_OAUTH_ERROR: OauthRefusal = refusal(
  'the request was refused',
  "Look the time of this answer up in the issuer's own log, and check the profile against what the issuer asks for.",
);

/** A 401 to the password grant type can be about the user or about the client. */
const USER_OR_CLIENT_REFUSED: OauthRefusal = refusal(
  'it does not accept the user or the client',
  'Check "username" and the password in Key Vault first, then clientId and the client secret.',
);

/** Explains the `error` of an issuer that is not Entra. */
export function explainOauthError(
  error: string | undefined,
  { status, grantType }: { readonly status: number; readonly grantType: string },
): OauthRefusal {
  const known = error === undefined ? undefined : OAUTH_ERRORS.get(error);
  return status === 401 ? explain401(error, grantType) : (known ?? UNKNOWN_OAUTH_ERROR);
}

/** Errors that are about something else than the client, also with 401. */
const NOT_OF_CLIENT = new Set(['invalid_grant', 'use_dpop_nonce', 'invalid_dpop_proof', 'mfa_required']);

/**
 * RFC 6749 section 5.2 asks for 401 if the client is not accepted; issuers differ in how they call it (Keycloak:
 * `unauthorized_client`, Auth0: `access_denied`). A password must not be sent again for a 401 that may be about it.
 */
function explain401(error: string | undefined, grantType: string): OauthRefusal {
  if (error === 'invalid_client' || error === 'unauthorized_client') return CLIENT_REFUSED;
  if (grantType === 'client_credentials' && error === 'invalid_grant') return CLIENT_REFUSED;
  const known = error === undefined || !NOT_OF_CLIENT.has(error) ? undefined : OAUTH_ERRORS.get(error);
  return known ?? (grantType === 'password' ? USER_OR_CLIENT_REFUSED : CLIENT_REFUSED);
}

function refusal(meaning: string, hint: string): OauthRefusal {
  return { code: 'issuer_rejected', meaning, hint };
}
