import type { TokenHolder } from '../config/profiles/profile.ts';
import { InteractionRequiredError, UpstreamError, type UpstreamFault } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';
import type { UpstreamAnswer } from '../upstream/fetch-upstream.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { readCode, readId } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { explainPowerBiRefusal, isAboutToken } from './power-bi-refusals.ts';
import { readBearerChallenge } from './read-bearer-challenge.ts';

/**
 * Interprets Power BI's answer: the JSON of a 2xx, or undefined for a 202 or 204 without a body.
 *
 * Throws `powerbi_rejected` for a refusal, with what to change for this holder of a token; `interaction_required` if a person's
 * token itself is refused; `upstream_unavailable` for a temporary error.
 */
export function judgePowerBiAnswer(
  answer: UpstreamAnswer,
  { nowMs, holder }: { readonly nowMs: number; readonly holder: TokenHolder },
): unknown {
  const { status, headers, text } = answer;
  const body = parseJson(text);
  const verdict = judgeStatus('power-bi', status);
  if (verdict === 'success' && (body !== undefined || (text === '' && status !== 200))) return body;
  const challenge = readBearerChallenge(headers.get('www-authenticate'));
  const upstream = {
    service: 'power-bi',
    status,
    code:
      readCode(memberOf(memberOf(body, 'error'), 'code')) ??
      readCode(headers.get('x-powerbi-error-info')) ??
      challenge.error,
    correlationId: readId(headers.get('requestid')),
  } as const satisfies UpstreamFault;
  const retryAfterSeconds = parseRetryAfterSeconds(headers.get('retry-after'), nowMs);
  switch (verdict) {
    case 'success':
      throw unavailable('returned an answer that cannot be read', upstream, { retryAfterSeconds });
    case 'transient':
      throw unavailable(`is not available (HTTP ${status})`, upstream, { retryAfterSeconds });
    case 'refusal':
      break;
  }
  if (status < 400 || !isOwnAnswer(upstream, body)) throw refuseByStatus(answer, { ...upstream, nowMs });
  const detail = `Power BI rejected the request (${upstream.code ?? `HTTP ${status}`}).`;
  const hint = explainPowerBiRefusal(upstream, holder);
  throw holder === 'person' && isAboutToken(upstream)
    ? new InteractionRequiredError(detail, upstream, { hint, claims: challenge.claims })
    : new UpstreamError('powerbi_rejected', detail, upstream, { hint });
}

/** A refusal of Power BI itself has a JSON body, or no body and a request id. Any other is from a gateway. */
function isOwnAnswer({ code, correlationId }: UpstreamFault, body: unknown): boolean {
  return code !== undefined || correlationId !== undefined || (typeof body === 'object' && body !== null);
}

/** Whether Power BI refused the token itself. Then one more call with a new token may succeed. */
export function isTokenRefusal(error: unknown): error is UpstreamError {
  return (
    error instanceof UpstreamError &&
    error.upstream.service === 'power-bi' &&
    error.code !== 'upstream_unavailable' &&
    isAboutToken(error.upstream)
  );
}
