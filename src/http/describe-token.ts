import { describeExpiry, type AccessToken } from '../tokens/access-token.ts';
import type { Moment } from '../clock.ts';

/** The body of a token answer in JSON (RFC 6749 section 5.1, and the members that this product adds). */
export function describeToken(token: AccessToken, { profile, now }: { profile: string; now: Moment }): string {
  return describe(token, { ...describeExpiry(token, now), scope: token.scope, profile });
}

/**
 * The same for a stock OAuth client: only members that such clients expect. `expires_at` is left out, because Python clients read it as
 * a number.
 */
export function describeTokenForStockClient(token: AccessToken, now: Moment): string {
  const { expires_in, expires_on, refresh_in } = describeExpiry(token, now);
  const scope = token.scope === '' ? {} : { scope: token.scope };
  return describe(token, { expires_in, ...scope, expires_on, refresh_in });
}

function describe(token: AccessToken, others: Readonly<Record<string, unknown>>): string {
  return `{"access_token":${token.valueJson},${JSON.stringify({ token_type: 'Bearer', ...others }).slice(1)}`;
}
