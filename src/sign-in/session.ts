import * as v from 'valibot';
import { DAY_MS, MINUTE_MS } from '../clock.ts';

/** A person who has signed in. It is only in the encrypted cookie. */
export const sessionSchema = v.strictObject({
  profile: v.string(),
  /** The sign-in that began this session. */
  id: v.string(),
  tenantId: v.string(),
  objectId: v.string(),
  refreshToken: v.string(),
  /** When the refresh token was requested: an older one of another worker process must not replace it. */
  renewedAtMs: v.number(),
  /** When the session ends, even if it is used: this limits how long a stolen cookie works. */
  endsAtMs: v.number(),
});

export type Session = v.InferOutput<typeof sessionSchema>;

export const SESSION_LIFETIME_MS = 7 * DAY_MS;

/** A pending sign-in: from the redirect to Entra until the redirect back. */
export const transactionSchema = v.strictObject({
  profile: v.string(),
  state: v.string(),
  nonce: v.string(),
  codeVerifier: v.string(),
  returnTo: v.nullable(v.string()),
});

export type Transaction = v.InferOutput<typeof transactionSchema>;

/** Entra's codes are also valid for ten minutes. */
export const TRANSACTION_LIFETIME_MS = 10 * MINUTE_MS;
