import { describeExpiry, type AccessToken } from '../access-token.ts';
import type { Moment } from '../clock.ts';

/** The body of a token answer (RFC 6749 section 5.1, and the members that this product adds). */
export function describeToken(
  token: AccessToken,
  { profile, now }: { profile: string; now: Moment },
): Readonly<Record<string, string | number>> {
  return {
    access_token: token.value,
    token_type: 'Bearer',
    ...describeExpiry(token, now),
    scope: token.scope,
    profile,
  };
}
