import * as v from 'valibot';
import { DAY_MS, MINUTE_MS } from '../clock.ts';

/** A person who has signed in, as the sealed cookie carries it: nothing of it is stored anywhere else. */
export const sessionSchema = v.strictObject({
  profile: v.string(),
  /** Which sign-in it came of. */
  id: v.string(),
  tenantId: v.string(),
  objectId: v.string(),
  refreshToken: v.string(),
  /** When the refresh token was asked for: one that another instance asked for earlier must not take its place. */
  renewedAtMs: v.number(),
  /** However much it is used: a cookie that was stolen is of no use for longer. */
  endsAtMs: v.number(),
});

export type Session = v.InferOutput<typeof sessionSchema>;

export const SESSION_LIFETIME_MS = 7 * DAY_MS;

/** A sign-in under way, from the redirect to Entra until the way back. */
export const transactionSchema = v.strictObject({
  profile: v.string(),
  state: v.string(),
  nonce: v.string(),
  codeVerifier: v.string(),
  returnTo: v.nullable(v.string()),
});

export type Transaction = v.InferOutput<typeof transactionSchema>;

/** Entra's codes live for ten minutes, too. */
export const TRANSACTION_LIFETIME_MS = 10 * MINUTE_MS;
