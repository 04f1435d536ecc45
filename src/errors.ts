import { isNativeError } from 'node:util/types';

/** Every error code that a caller can get, with its HTTP status and its title. The names are part of the public API. */
export const ERROR_CODES = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'No valid caller credential' },
  interaction_required: { status: 401, title: 'The person must sign in again or consent' },
  forbidden: { status: 403, title: 'No grant allows this' },
  unknown_profile: { status: 404, title: 'No profile of that name' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  rate_limited: { status: 429, title: 'Too many requests from this caller' },
  misconfigured: { status: 500, title: 'The function app is not set up correctly' },
  internal: { status: 500, title: 'Internal error' },
  secret_unavailable: { status: 502, title: 'Key Vault did not return the secret' },
  secret_expired: { status: 502, title: 'The client secret has expired' },
  secret_rejected: { status: 502, title: 'The issuer does not know the client secret' },
  issuer_rejected: { status: 502, title: 'The token issuer rejected the request' },
  powerbi_rejected: { status: 502, title: 'Power BI rejected the request' },
  upstream_unavailable: { status: 503, title: 'A service that the app needs is not available' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ServiceErrorOptions {
  /** What to do about it, naming the setting, the portal page or the command. */
  readonly hint?: string | undefined;
  /** When to try again, in whole seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** Why, for the operator: which claim, grant or profile is missing. It is only in the audit line, never in the answer. */
  readonly reason?: string | undefined;
  /** False if a new sign-in ends in the same error: the page for a person then has no link to it. */
  readonly newSignInHelps?: false | undefined;
  /** The `error` of RFC 6749 section 5.2, if it is not the usual one of the code. */
  readonly oauthError?: 'unsupported_grant_type';
  readonly cause?: unknown;
}

/**
 * The one kind of error that reaches a caller. `message` and `hint` are shown unchanged: the code that throws it must
 * keep them free of secrets, tokens, assertions and passwords.
 */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly reason: string | undefined;
  readonly newSignInHelps: false | undefined;
  readonly oauthError: 'unsupported_grant_type' | undefined;

  constructor(code: ErrorCode, detail: string, options: ServiceErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.reason = options.reason;
    this.newSignInHelps = options.newSignInHelps;
    this.oauthError = options.oauthError;
  }
}

/** The caller credential is missing or invalid (RFC 6750 section 3). */
export class UnauthorizedError extends ServiceError {
  /** `invalid_token` if there was a credential. Without one, RFC 6750 section 3.1 asks for an answer without an error. */
  readonly challenge: 'invalid_token' | undefined;
  /** Whether this route accepts bearer tokens. Only then the answer points to the document that says where to get one. */
  readonly takesBearer: boolean;
  /** Where a person signs in for a token. Power Query's organizational account needs it to find Entra. */
  readonly authorizationUri: string | undefined;

  constructor(
    detail: string,
    options: ServiceErrorOptions & {
      challenge?: 'invalid_token';
      takesBearer?: boolean;
      authorizationUri?: string | undefined;
    },
  ) {
    super('unauthorized', detail, options);
    this.challenge = options.challenge;
    this.takesBearer = options.takesBearer ?? false;
    this.authorizationUri = options.authorizationUri;
  }
}

export type UpstreamService = 'identity-endpoint' | 'key-vault' | 'issuer' | 'power-bi';

/** What is known about an upstream's refusal. Its support needs these ids. */
export interface UpstreamFault {
  readonly service: UpstreamService;
  readonly status?: number | undefined;
  /** The upstream's own code: `AADSTS7000215`, `ForbiddenByRbac`, `PowerBINotAuthorizedException`. */
  readonly code?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly traceId?: string | undefined;
}

/** An upstream refused or failed. */
export class UpstreamError extends ServiceError {
  override readonly name = 'UpstreamError';
  readonly upstream: UpstreamFault;

  constructor(code: ErrorCode, detail: string, upstream: UpstreamFault, options: ServiceErrorOptions = {}) {
    super(code, detail, options);
    this.upstream = upstream;
  }
}

/** The person behind the caller must act. `claims` is the issuer's challenge, passed on unchanged. */
export class InteractionRequiredError extends UpstreamError {
  readonly claims: string | undefined;

  constructor(detail: string, upstream: UpstreamFault, options: ServiceErrorOptions & { claims?: string | undefined }) {
    super('interaction_required', detail, upstream, options);
    this.claims = options.claims;
  }
}

/** Whether a retry may help: the upstream is not available or throttles. */
export function isTransient(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.code === 'upstream_unavailable';
}

/** The same error `passedMs` later: its `Retry-After` is that much shorter. */
export function withRetryAfterReduced(error: unknown, passedMs: number): unknown {
  if (!isTransient(error) || error.retryAfterSeconds === undefined) return error;
  const { code, message, upstream, hint, reason, retryAfterSeconds, cause } = error;
  const left = Math.max(1, Math.ceil(retryAfterSeconds - passedMs / 1000));
  return new UpstreamError(code, message, upstream, { hint, reason, retryAfterSeconds: left, cause });
}

/**
 * Until the first read of `stack`, V8 keeps the functions of the stack and every variable that they can reach: a remembered
 * refusal would keep the refused assertion in memory. So this reads the stack of an error that is kept.
 */
export function releaseStack(error: unknown): void {
  for (let cause = error, depth = 0; isNativeError(cause) && depth < 8; cause = cause.cause, depth++)
    String(cause.stack);
}
