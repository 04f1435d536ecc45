import { InteractionRequiredError, UpstreamError, type UpstreamFault } from '../errors.ts';
import { explainEntraCode, UNKNOWN_ENTRA_CODE, type EntraFixer, type EntraSubject } from '../upstream/entra-codes.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { readCode, readId, readLeadingEntraCode } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { explainOauthError, findOauthError, type OauthRefusal } from './oauth-errors.ts';
import type { TokenAnswer, TokenRequest } from './token-request.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * The error for an answer without a token. Only codes and ids of its text are used: descriptions can contain parts of the
 * request. `body` is undefined if the answer is not a JSON object; then only its status has a meaning.
 */
export function judgeTokenRefusal(answer: TokenAnswer, body: Body | undefined, request: TokenRequest): UpstreamError {
  const { status, headers, sentAt } = answer;
  if (body === undefined && (status !== 401 || request.isEntra)) {
    return refuseByStatus(answer, { service: 'issuer', nowMs: sentAt.wallMs });
  }
  const members = body ?? {};
  const explainError = request.isEntra
    ? explainEntraError
    : (error: string | undefined) => explainOauthError(error, { status, grantType: request.grantType });
  const refusal = explainRefusal(members, explainError);
  const said = refusal.name ?? `HTTP ${status}`;
  const upstream: UpstreamFault = {
    service: 'issuer',
    status,
    code: refusal.name,
    correlationId: readId(members['correlation_id']),
    traceId: readId(members['trace_id']),
  };
  if (judgeStatus('issuer', status) === 'transient' || refusal.code === 'upstream_unavailable') {
    const retryAfterSeconds = parseRetryAfterSeconds(headers.get('retry-after'), sentAt.wallMs);
    return unavailable(`is not available (${said}): ${refusal.meaning}`, upstream, { retryAfterSeconds });
  }
  const detail = `The token issuer refused (${said}): ${refusal.meaning}.`;
  return request.isForPerson
    ? refusePerson(refusal, { detail, upstream, claims: members['claims'], error: members['error'] })
    : new UpstreamError(refusal.code, detail, upstream, { hint: refusal.hint });
}

/** A refusal, explained by Entra's code, else by the `error` of RFC 6749. */
interface ExplainedRefusal extends OauthRefusal {
  /** `AADSTS7000215` or `invalid_client`; undefined if the answer names neither. */
  readonly name: string | undefined;
  /** Undefined for a code without a row. */
  readonly subject?: EntraSubject;
  readonly fixer?: EntraFixer;
}

/** By Entra's code if the answer has one, else by `explainError`. */
function explainRefusal(body: Body, explainError: (error: string | undefined) => OauthRefusal): ExplainedRefusal {
  const entraCode = readEntraCode(body);
  if (entraCode !== undefined) return { name: entraCode, ...explainEntraCode(entraCode) };
  const name = readCode(body['error']);
  return { name, ...explainError(name) };
}

function explainEntraError(error: string | undefined): OauthRefusal {
  return findOauthError(error) ?? UNKNOWN_ENTRA_CODE;
}

/**
 * OpenID Connect Core section 3.1.2.6 names the first three. `invalid_grant` is a refresh token or assertion that has
 * expired; with `access_denied` the person declined.
 */
const PERSONS_ERRORS: ReadonlySet<unknown> = new Set([
  'interaction_required',
  'login_required',
  'consent_required',
  'invalid_grant',
  'access_denied',
]);
const SIGN_IN_AGAIN =
  'The person must sign in again, at /api/auth/sign-in or in the calling application. If this error has "claims", send them with the sign-in.';

/**
 * The error for a person who signs in: `interaction_required` unless only the operator can act. The row of the code says who
 * can act; without a row, the `error` does. If an administrator must act, the person sees the message and can ask them.
 */
function refusePerson(
  { code, fixer, hint }: ExplainedRefusal,
  told: {
    readonly detail: string;
    readonly upstream: UpstreamFault;
    readonly error: unknown;
    readonly claims: unknown;
  },
): UpstreamError {
  const { detail, upstream, error, claims } = told;
  const isPersons = fixer === 'person' || (fixer !== 'operator' && PERSONS_ERRORS.has(error));
  if (code !== 'issuer_rejected' || !isPersons) return new UpstreamError(code, detail, upstream, { hint });
  return new InteractionRequiredError(detail, upstream, {
    hint: fixer === 'administrator' ? hint : SIGN_IN_AGAIN,
    claims: typeof claims === 'string' && claims !== '' ? claims : undefined,
  });
}

/** What an `error` at the redirect URI means (RFC 6749 section 4.1.2.1), for the person who was signing in. */
export function judgeSignInRefusal(body: Body): UpstreamError {
  const refusal = explainRefusal(body, explainEntraError);
  const upstream = { service: 'issuer', code: refusal.name } as const;
  const what = refusal.name ?? 'no code';
  if (refusal.code === 'upstream_unavailable') return unavailable(`could not complete the sign-in (${what})`, upstream);
  const hint = `${refusal.hint} Then begin again at /api/auth/sign-in.`;
  const detail = `Entra did not complete the sign-in (${what}).`;
  return refusePerson({ ...refusal, hint }, { detail, upstream, error: body['error'], claims: undefined });
}

/** From `error_codes: [7000215]`, else from the first word of the description. */
function readEntraCode({ error_codes: codes, error_description: description }: Body): string | undefined {
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  const listed = typeof first === 'number' ? readLeadingEntraCode(`AADSTS${first}`) : undefined;
  return listed ?? readLeadingEntraCode(description);
}
