import { ERROR_CODES, InteractionRequiredError, UpstreamError, type ErrorCode, type ServiceError } from '../errors.ts';
import { withPublicPaths } from './public-address.ts';
import { respondJson, type HttpAnswer } from './respond.ts';
import { toOauthText } from './to-oauth-text.ts';

/** RFC 6749 section 5.2 defines fewer errors than we have codes. */
const OAUTH_ERRORS: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'invalid_request',
  unknown_profile: 'invalid_request',
  unauthorized: 'invalid_client',
  forbidden: 'unauthorized_client',
  interaction_required: 'interaction_required',
  rate_limited: 'temporarily_unavailable',
  upstream_unavailable: 'temporarily_unavailable',
  method_not_allowed: 'server_error',
  misconfigured: 'server_error',
  internal: 'server_error',
  secret_unavailable: 'server_error',
  secret_expired: 'server_error',
  secret_rejected: 'server_error',
  issuer_rejected: 'server_error',
  powerbi_rejected: 'server_error',
};

const DEFAULT_RETRY_AFTER_SECONDS = 5;

export interface ProblemOptions {
  readonly requestId: string;
  /** Whether the answer has the members of RFC 6749 section 5.2, too: on the routes that issue tokens. */
  readonly oauth: boolean;
  /** A standard OAuth client does not read `application/problem+json`. */
  readonly isStockClient?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** What callers put before every route. */
  readonly prefix: string;
}

/** A ServiceError as `application/problem+json` (RFC 9457), or as `application/json` for a standard OAuth client. */
export function respondProblem(error: ServiceError, options: ProblemOptions): HttpAnswer {
  const { status, title } = ERROR_CODES[error.code];
  const body = {
    type: `urn:powerbi-token-function:error:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    hint: error.hint === undefined ? undefined : withPublicPaths(error.hint, options.prefix),
    ...(options.oauth
      ? { error: error.oauthError ?? OAUTH_ERRORS[error.code], error_description: toOauthText(error.message) }
      : {}),
    ...(error instanceof UpstreamError ? { upstream: describeUpstream(error) } : {}),
    ...(error instanceof InteractionRequiredError ? { claims: error.claims } : {}),
    request_id: options.requestId,
  };
  return respondJson(body, {
    status,
    contentType: options.isStockClient === true ? 'application/json' : 'application/problem+json',
    headers: { ...retryAfter(error), ...options.headers },
  });
}

function describeUpstream({ upstream }: UpstreamError): Record<string, unknown> {
  return {
    service: upstream.service,
    status: upstream.status,
    code: upstream.code,
    correlation_id: upstream.correlationId,
    trace_id: upstream.traceId,
  };
}

export function retryAfter({ code, retryAfterSeconds }: ServiceError): Record<string, string> {
  const isTemporary = code === 'upstream_unavailable' || code === 'rate_limited';
  const seconds = retryAfterSeconds ?? (isTemporary ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
  // Without the second header no script of another origin can read the first.
  return seconds === undefined
    ? {}
    : { 'Retry-After': String(seconds), 'Access-Control-Expose-Headers': 'Retry-After' };
}
