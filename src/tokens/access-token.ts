import { createHash } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import type { AuditedToken } from '../audit.ts';
import { elapsedMs, type Moment } from '../clock.ts';

/** A token from an issuer, with its lifetime. */
export interface AccessToken {
  readonly value: string;
  /** The value as JSON. Made once, because escaping it for every caller took a quarter of the processor time. */
  readonly valueJson: string;
  /** What was requested from the issuer. */
  readonly scope: string;
  /** The moment before the request was sent. The lifetime counts from here, so that it is never too long. */
  readonly requestedAt: Moment;
  readonly lifetimeMs: number;
  /** The age at which a newer token should be requested. */
  readonly refreshAfterMs: number;
  /** The first 16 hexadecimal digits of the token's SHA-256: it distinguishes tokens in the audit trail and reveals nothing. */
  readonly fingerprint: string;
  /** Entra's own identifier of the token, if it can be read. Its sign-in log calls it the unique token identifier. */
  readonly uti: string | undefined;
}

export interface AccessTokenParts {
  readonly value: string;
  readonly scope: string;
  readonly requestedAt: Moment;
  readonly lifetimeMs: number;
  /** Four fifths of the lifetime if the issuer names no sensible `refresh_in`. */
  readonly refreshAfterMs?: number | undefined;
}

const REFRESH_AT_SHARE_OF_LIFETIME = 0.8;
const FINGERPRINT_DIGITS = 16;

export function createAccessToken(parts: AccessTokenParts): AccessToken {
  const { value, scope, requestedAt, lifetimeMs, refreshAfterMs = lifetimeMs } = parts;
  const uti = peekClaims(value)?.['uti'];
  return {
    value,
    valueJson: JSON.stringify(value),
    scope,
    requestedAt,
    lifetimeMs,
    refreshAfterMs: refreshAfterMs < lifetimeMs ? refreshAfterMs : lifetimeMs * REFRESH_AT_SHARE_OF_LIFETIME,
    fingerprint: createHash('sha256').update(value).digest('hex').slice(0, FINGERPRINT_DIGITS),
    uti: typeof uti === 'string' ? uti : undefined,
  };
}

/** The claims of a token that happens to be a JWT, unverified: for self-checks and the audit line, never for a decision. */
export function peekClaims(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    // Not a JWT. An access token is opaque to everyone but its audience (RFC 6749 section 1.4).
    return undefined;
  }
}

export function ageMs(token: AccessToken, now: Moment): number {
  return elapsedMs(token.requestedAt, now);
}

/** How long the token still lives. Negative after its end. */
export function remainingMs(token: AccessToken, now: Moment): number {
  return token.lifetimeMs - ageMs(token, now);
}

/** A smaller difference between the two clocks is drift. It would make the instant vary from answer to answer. */
const CLOCK_WAS_SET_MS = 2_000;

/** The instant the token ends, in seconds since 1970 UTC, by the clock as it is now, which may have been set back since. */
function expiresOnSeconds(token: AccessToken, now: Moment): number {
  const asIssuedMs = token.requestedAt.wallMs + token.lifetimeMs;
  const asOfNowMs = now.wallMs + remainingMs(token, now);
  return Math.floor((asIssuedMs - asOfNowMs > CLOCK_WAS_SET_MS ? asOfNowMs : asIssuedMs) / 1000);
}

/** The token in an audit line. */
export function describeForAudit(token: AccessToken, now: Moment): AuditedToken {
  return { fingerprint: token.fingerprint, uti: token.uti, expiresOn: expiresOnSeconds(token, now) };
}

/** The token is still valid, but it is time to request the next one. */
export function shouldRefresh(token: AccessToken, now: Moment): boolean {
  return ageMs(token, now) >= token.refreshAfterMs;
}

/** The token has expired, or expires within a second. */
export function mustRefresh(token: AccessToken, now: Moment): boolean {
  return remainingMs(token, now) < 1000;
}

/** The token members of an answer in seconds (RFC 6749 section 5.1, and what this product adds). */
export interface ExpiryInSeconds {
  readonly expires_in: number;
  readonly expires_on: number;
  readonly refresh_in: number;
}

/** When the token ends and when to ask for the next one, at this moment. */
export function expiryInSeconds(token: AccessToken, now: Moment): ExpiryInSeconds {
  const expiresInSeconds = Math.max(0, Math.floor(remainingMs(token, now) / 1000));
  const refreshInSeconds = Math.max(0, Math.floor((token.refreshAfterMs - ageMs(token, now)) / 1000));
  return {
    expires_in: expiresInSeconds,
    expires_on: expiresOnSeconds(token, now),
    refresh_in: Math.min(refreshInSeconds, Math.max(0, expiresInSeconds - 1)),
  };
}

/** The same with `expires_at`, the end as ISO 8601 text. */
export function describeExpiry(token: AccessToken, now: Moment) {
  const { expires_in, expires_on, refresh_in } = expiryInSeconds(token, now);
  return { expires_in, expires_on, expires_at: new Date(expires_on * 1000).toISOString(), refresh_in };
}
