import { describeExpiry, type AccessToken } from '../tokens/access-token.ts';
import type { Moment } from '../clock.ts';

/** The body of a token answer in JSON (RFC 6749 section 5.1, and the members that this product adds). */
export function describeToken(token: AccessToken, { profile, now }: { profile: string; now: Moment }): string {
  const others = { token_type: 'Bearer', ...describeExpiry(token, now), scope: token.scope, profile };
  return `{"access_token":${token.valueJson},${JSON.stringify(others).slice(1)}`;
}
