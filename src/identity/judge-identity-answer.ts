import type { Moment } from '../clock.ts';
import { UpstreamError, type UpstreamFault } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';
import { createAccessToken, type AccessToken } from '../tokens/access-token.ts';
import { explainEntraCode } from '../upstream/entra-codes.ts';
import type { UpstreamAnswer } from '../upstream/fetch-upstream.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { readId, readLeadingEntraCode } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { readLifetimeMs } from './read-lifetime.ts';

export interface IdentityRequest {
  readonly scope: string;
  readonly clientId: string | undefined;
  readonly requestedAt: Moment;
}

/** Up to this lifetime a token is refreshed after four fifths of it, above after half of it, as in the Azure SDK. */
const SHORT_LIFETIME_MS = 7_200_000;

/**
 * Reads the identity endpoint's answer.
 *
 * Throws `misconfigured` if it knows no such identity or does not accept IDENTITY_HEADER; the error of Entra if the answer has
 * its code; `upstream_unavailable` for a temporary error.
 */
export function judgeIdentityAnswer(answer: UpstreamAnswer, request: IdentityRequest): AccessToken {
  const { status, headers, text } = answer;
  const body = parseJson(text);
  const upstream: UpstreamFault = {
    service: 'identity-endpoint',
    status,
    correlationId: readId(memberOf(body, 'correlationId')),
  };
  switch (judgeStatus('identity-endpoint', status)) {
    case 'success':
      return readToken(body, { upstream, request });
    case 'transient':
      throw unavailable('is not ready', upstream, {
        retryAfterSeconds: parseRetryAfterSeconds(headers.get('retry-after'), request.requestedAt.wallMs),
      });
    case 'refusal':
      throw judgeRefusal(answer, { body, upstream, request });
  }
}

function readToken(
  body: unknown,
  { upstream, request: { scope, requestedAt } }: { upstream: UpstreamFault; request: IdentityRequest },
): AccessToken {
  const value = memberOf(body, 'access_token');
  if (typeof value !== 'string' || value === '') throw unavailable('returned an answer without a token', upstream);
  const lifetimeMs = readLifetimeMs(body, { token: value, requestedAt });
  if (lifetimeMs <= 0) throw unavailable('returned a token that has already expired', upstream);
  const refreshAfterMs = lifetimeMs > SHORT_LIFETIME_MS ? lifetimeMs / 2 : undefined;
  return createAccessToken({ value, scope, requestedAt, lifetimeMs, refreshAfterMs });
}

function judgeRefusal(
  answer: UpstreamAnswer,
  { body, upstream, request }: { body: unknown; upstream: UpstreamFault; request: IdentityRequest },
): UpstreamError {
  const { status } = answer;
  if (status === 401) return refuseHeader(upstream);
  const entraCode = readEntraCode(memberOf(body, 'message') ?? memberOf(body, 'error_description'));
  if (entraCode !== undefined) return refuseAsEntra(entraCode, upstream);
  if (status === 400 && typeof body === 'object' && body !== null) return refuseIdentity(upstream, request.clientId);
  return refuseByStatus(answer, { ...upstream, nowMs: request.requestedAt.wallMs });
}

/** The endpoint's own text may come before the code. */
function readEntraCode(message: unknown): string | undefined {
  return typeof message === 'string' ? readLeadingEntraCode(message.slice(message.indexOf('AADSTS'))) : undefined;
}

function refuseAsEntra(entraCode: string, upstream: UpstreamFault): UpstreamError {
  const { code, meaning, hint } = explainEntraCode(entraCode);
  const coded = { ...upstream, code: entraCode };
  if (code === 'upstream_unavailable') return unavailable(`is not available (${entraCode}): ${meaning}`, coded);
  return new UpstreamError(code, `The managed identity endpoint refused (${entraCode}): ${meaning}.`, coded, { hint });
}

function refuseHeader(upstream: UpstreamFault): UpstreamError {
  return new UpstreamError(
    'misconfigured',
    'The managed identity endpoint does not accept IDENTITY_HEADER (HTTP 401).',
    upstream,
    {
      hint:
        'Azure sets IDENTITY_ENDPOINT and IDENTITY_HEADER itself: remove app settings of these names ' +
        '(Portal: Function App > Settings > Environment variables), then restart the function app.',
    },
  );
}

function refuseIdentity(upstream: UpstreamFault, clientId: string | undefined): UpstreamError {
  const identity =
    clientId === undefined
      ? 'no system-assigned identity'
      : 'no identity with this client id (AZURE_CLIENT_ID, or the one that the profile names)';
  return new UpstreamError('misconfigured', `The managed identity endpoint knows ${identity} (HTTP 400).`, upstream, {
    hint:
      'Portal: Function App > Settings > Identity: assign the identity. For a user-assigned one set AZURE_CLIENT_ID, or the ' +
      'property of the profile, to its client id (not its object id). For the system-assigned one remove AZURE_CLIENT_ID.',
  });
}
