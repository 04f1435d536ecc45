import { InteractionRequiredError, UpstreamError, type UpstreamFault } from '../errors.ts';
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

/**
 * What an answer other than 200 means. Of its text only codes and ids are passed on: descriptions quote what was sent.
 */
export function judgeTokenRefusal(answer: TokenAnswer, body: Record<string, unknown> | undefined): UpstreamError {
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
  if (oauthError === 'interaction_required') {
    const claims = typeof body['claims'] === 'string' ? body['claims'] : undefined;
    return new InteractionRequiredError(detail, upstream, { hint, claims });
  }
  return new UpstreamError(code, detail, upstream, { hint });
}

function explainOauthError(error: string | undefined): ReturnType<typeof explainEntraCode> {
  const hint = error !== undefined && Object.hasOwn(OAUTH_HINTS, error) ? OAUTH_HINTS[error] : undefined;
  if (hint === undefined) return explainEntraCode(undefined);
  // A client that is not accepted is what a rotated secret looks like from an issuer with no codes of its own.
  return error === 'invalid_client'
    ? { code: 'secret_rejected', meaning: 'it does not know this client or its credential', hint }
    : { code: 'issuer_rejected', meaning: 'see the hint', hint };
}

/** Out of `error_codes: [7000215]`, else out of the description's first word. */
function readEntraCode(body: Record<string, unknown>): string | undefined {
  const { error_codes: codes, error_description: description } = body;
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  if (typeof first === 'number' && Number.isInteger(first)) return `AADSTS${first}`;
  return typeof description === 'string' ? /^AADSTS\d{4,9}/.exec(description)?.[0] : undefined;
}

/** Only what looks like a name or an id is passed on: anything else could be an echo of the request. */
function readName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z_]{1,64}$/.test(value) ? value : undefined;
}

function readId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\da-f-]{32,36}$/i.test(value) ? value : undefined;
}
