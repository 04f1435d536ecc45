import type { Moment } from '../clock.ts';
import { describeExpiry, expiryInSeconds, type AccessToken, type ExpiryInSeconds } from '../tokens/access-token.ts';

export interface DescribedFor {
  readonly profile: string;
  readonly now: Moment;
}

/** The body of a token answer in JSON (RFC 6749 section 5.1, and the members that this product adds). */
export function describeToken(token: AccessToken, { profile, now }: DescribedFor): string {
  const { scope } = token;
  return describe(token, { token_type: 'Bearer', ...describeExpiry(token, now), scope, profile });
}

/**
 * Like `describeToken`, for tokens that many callers share. The text changes once a second, and callers within a second get the
 * same text: an answer from the cache then needs half the processor time. The text is dropped with its token.
 */
export function createSharedDescription(): typeof describeToken {
  const latest = new WeakMap<AccessToken, ExpiryInSeconds & { readonly profile: string; readonly text: string }>();
  return (token, { profile, now }) => {
    const known = latest.get(token);
    const expiry = expiryInSeconds(token, now);
    if (known !== undefined && known.profile === profile && isSame(known, expiry)) return known.text;
    const text = describeToken(token, { profile, now });
    latest.set(token, { ...expiry, profile, text });
    return text;
  };
}

function isSame(one: ExpiryInSeconds, other: ExpiryInSeconds): boolean {
  return (
    one.expires_in === other.expires_in && one.expires_on === other.expires_on && one.refresh_in === other.refresh_in
  );
}

/**
 * The same for a standard OAuth client, with only the members that such clients expect. `expires_at` is left out, because Python
 * clients read it as a number.
 */
export function describeTokenForStockClient(token: AccessToken, now: Moment): string {
  const { expires_in, expires_on, refresh_in } = expiryInSeconds(token, now);
  const scope = token.scope === '' ? {} : { scope: token.scope };
  return describe(token, { token_type: 'Bearer', expires_in, ...scope, expires_on, refresh_in });
}

function describe(token: AccessToken, others: Readonly<Record<string, unknown>>): string {
  return `{"access_token":${token.valueJson},${JSON.stringify(others).slice(1)}`;
}
