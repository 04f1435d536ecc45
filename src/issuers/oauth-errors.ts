import type { ErrorCode } from '../errors.ts';

/** The meaning of `error` from a token endpoint that is not Entra's (RFC 6749 section 5.2, and errors that issuers add). */
export interface OauthRefusal {
  readonly code: ErrorCode;
  readonly meaning: string;
  readonly hint: string;
}

const CHECK_CLIENT =
  'The issuer does not accept this client: check clientId, the secret in Key Vault, and clientAuthentication (client_secret_post, client_secret_basic, private_key_jwt).';

/** An issuer without codes of its own refuses a rotated secret as it refuses an unknown client. */
const CLIENT_REFUSED: OauthRefusal = {
  code: 'secret_rejected',
  meaning: 'it does not know this client or its credential',
  hint: CHECK_CLIENT,
};
const NO_DPOP: OauthRefusal = {
  code: 'issuer_rejected',
  meaning: 'it requires tokens that are bound to a key (DPoP)',
  hint: "Turn DPoP off for this client in the issuer's console: the token must work for every caller that gets it.",
};
const PERSON_NEEDED: OauthRefusal = {
  code: 'issuer_rejected',
  meaning: 'it requires MFA or another interaction of the user',
  hint: 'Use the grant type "client_credentials" instead of "password", or an account that needs no interaction.',
};
const PASSING_FAULT: OauthRefusal = {
  code: 'upstream_unavailable',
  meaning: 'it has a temporary error',
  hint: 'Wait for Retry-After seconds, then try again.',
};

/** By `error`. */
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
      'it does not know the requested resource or audience',
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
      'Check in the issuer\'s console what this client may request: "scope", "audience", grant type, IP addresses.',
    ),
  ],
  [
    'unsupported_grant_type',
    refusal('it does not support the grant type', 'Check "grant" and "tokenEndpoint" of the profile.'),
  ],
  [
    'invalid_request',
    refusal(
      'the issuer does not accept this request',
      'Check tokenEndpoint, scope and parameters of the profile against what the issuer requires.',
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

/** For an error that is not in the list, or an answer without one. */
export const UNKNOWN_OAUTH_ERROR: OauthRefusal = refusal(
  'the request was refused',
  "Search the issuer's own log for the time of this error, and check the profile against what the issuer requires.",
);

/** A 401 to the password grant type can be about the user or about the client. */
const USER_OR_CLIENT_REFUSED: OauthRefusal = refusal(
  'it does not accept the user or the client',
  'Check "username" and the password in Key Vault first, then clientId and the client secret.',
);

/** Undefined if the answer names no error, or one that is in no list. */
export function findOauthError(error: string | undefined): OauthRefusal | undefined {
  return error === undefined ? undefined : OAUTH_ERRORS.get(error);
}

/** Explains the `error` of an issuer that is not Entra. */
export function explainOauthError(
  error: string | undefined,
  { status, grantType }: { readonly status: number; readonly grantType: string },
): OauthRefusal {
  return status === 401 ? explain401(error, grantType) : (findOauthError(error) ?? UNKNOWN_OAUTH_ERROR);
}

/** Errors that are not about the client, even with 401. */
const NOT_OF_CLIENT = new Set(['invalid_grant', 'use_dpop_nonce', 'invalid_dpop_proof', 'mfa_required']);

/**
 * RFC 6749 section 5.2 requires 401 if the client is not accepted. Issuers use different errors for it (Keycloak:
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
