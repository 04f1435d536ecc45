import { InteractionRequiredError, UpstreamError, type ErrorCode, type UpstreamFault } from '../errors.ts';
import { readId } from '../upstream/safe-words.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { isTransientStatus, unavailable } from '../upstream/unavailable.ts';
import { explainEntraCode } from './entra-errors.ts';
import type { TokenAnswer } from './token-request.ts';

/** Errors of RFC 6749 section 5.2 that an issuer which is not Entra may give, and what they mean for whoever set it up. */
const OAUTH_HINTS: Readonly<Record<string, string>> = {
  invalid_client:
    'The issuer does not accept this client: check clientId, the secret in Key Vault, and clientAuthentication (client_secret_post, client_secret_basic, private_key_jwt).',
  invalid_grant: 'The issuer does not accept the user name and password, code or assertion of this grant.',
  invalid_scope: 'Check "scope", "resource" or "audience" of the profile against what the issuer offers.',
  invalid_target: 'Check "resource" or "audience" of the profile against what the issuer offers.',
  unauthorized_client: "Allow this grant for the client in the issuer's console.",
  unsupported_grant_type: 'The issuer does not support this grant: check "grant" and "tokenEndpoint" of the profile.',
  invalid_request: 'A member of the profile does not suit this issuer: check tokenEndpoint, scope and parameters.',
};

const PERSONS_ERRORS = new Set(['interaction_required', 'login_required', 'consent_required', 'invalid_grant']);
/** Of `invalid_grant`, what no signing in mends: the caller's token is for another app registration than the one that exchanges it. */
const OPERATORS_CODES = new Set(['AADSTS500131', 'AADSTS50013', 'AADSTS7000114']);
/** What stays as it is however often the person signs in: an administrator must act. */
const NOT_MENDED_BY_SIGNING_IN = new Set(
  ['65001', '90094', '50105', '53003', '530032', '530031', '53000', '53001'].map((code) => `AADSTS${code}`),
);
const SIGN_IN_AGAIN =
  'The person must sign in again, with the claims of this answer where there are any: at /api/auth/sign-in, or in the application that called.';

/**
 * What an answer other than 200 means. Of its text only codes and ids are passed on: descriptions quote what was sent.
 */
export function judgeTokenRefusal(
  answer: TokenAnswer,
  { body, isForPerson }: { body: Record<string, unknown> | undefined; isForPerson: boolean },
): UpstreamError {
  const { status, headers, sentAt } = answer;
  const retryAfterSeconds = parseRetryAfterSeconds(headers.get('retry-after'), sentAt.wallMs);
  if (body === undefined) {
    const what = isTransientStatus(status)
      ? `is not available (HTTP ${status})`
      : `gave an answer that does not parse (HTTP ${status})`;
    return unavailable(what, { service: 'issuer', status }, { retryAfterSeconds });
  }
  const entraCode = readEntraCode(body);
  const oauthError = readName(body['error']);
  const upstream: UpstreamFault = {
    service: 'issuer',
    status,
    code: entraCode ?? oauthError,
    correlationId: readId(body['correlation_id']),
    traceId: readId(body['trace_id']),
  };
  const { code, meaning, hint } = entraCode === undefined ? explainOauthError(oauthError) : explainEntraCode(entraCode);
  if (isTransientStatus(status) || code === 'upstream_unavailable') {
    return unavailable(`is not available (${upstream.code ?? `HTTP ${status}`}): ${meaning}`, upstream, {
      retryAfterSeconds,
    });
  }
  const detail = `The token issuer refused (${upstream.code ?? `HTTP ${status}`}): ${meaning}.`;
  if (isForPerson && isPersonsToMend(oauthError, code) && !OPERATORS_CODES.has(entraCode ?? '')) {
    const claims = typeof body['claims'] === 'string' ? body['claims'] : undefined;
    const isOthersToMend = NOT_MENDED_BY_SIGNING_IN.has(entraCode ?? '');
    return new InteractionRequiredError(detail, upstream, { hint: isOthersToMend ? hint : SIGN_IN_AGAIN, claims });
  }
  return new UpstreamError(code, detail, upstream, { hint });
}

/**
 * OpenID Connect Core section 3.1.2.6 names the first three; `invalid_grant` is a refresh token or assertion that is no longer
 * good. What the operator must mend, the client's secret for instance, has codes of its own.
 */
function isPersonsToMend(error: string | undefined, code: ErrorCode): boolean {
  return error !== undefined && PERSONS_ERRORS.has(error) && code === 'issuer_rejected';
}

function explainOauthError(error: string | undefined): ReturnType<typeof explainEntraCode> {
  const hint = error !== undefined && Object.hasOwn(OAUTH_HINTS, error) ? OAUTH_HINTS[error] : undefined;
  if (hint === undefined) return explainEntraCode(undefined);
  // A client that is not accepted is what a rotated secret looks like from an issuer with no codes of its own.
  return error === 'invalid_client'
    ? { code: 'secret_rejected', meaning: 'it does not know this client or its credential', hint }
    : { code: 'issuer_rejected', meaning: 'see the hint', hint };
}

const ENTRA_CODE = /^AADSTS\d{4,9}(?![.\d])/;

/** Out of `error_codes: [7000215]`, else out of the description's first word. */
function readEntraCode(body: Record<string, unknown>): string | undefined {
  const { error_codes: codes, error_description: description } = body;
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  const told = [typeof first === 'number' ? `AADSTS${first}` : '', typeof description === 'string' ? description : ''];
  return told.map((text) => ENTRA_CODE.exec(text)?.[0]).find((code) => code !== undefined);
}

/** Only what looks like a name or an id is passed on: anything else could be an echo of the request. */
function readName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z_]{1,64}$/.test(value) ? value : undefined;
}
