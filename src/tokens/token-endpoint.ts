import type { AccessToken } from './access-token.ts';
import type { UpstreamError } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';

/** Requests tokens for a profile. One implementation per grant type. */
export interface TokenEndpoint {
  /**
   * All that shapes the token, but for the secret's version, which `isSuperseded` tells: under a key with the version in
   * it a new secret would throw away a token that is still good.
   */
  readonly cacheKey: string;
  /**
   * Requests a new token, with retries, within the budget. `refused` is the token to replace: an upstream refused it, so an
   * endpoint that keeps tokens itself must not return it again.
   *
   * Throws a ServiceError: what Key Vault, the identity endpoint or the issuer said, judged.
   */
  requestToken(budget: Budget, refused?: AccessToken): Promise<IssuedToken>;
}

export interface IssuedToken {
  readonly token: AccessToken;
  /** Whether the credential that was newest when the token was issued has since been replaced. */
  isSuperseded(): boolean;
  /** What the newest credential was refused with, where the one before it got the token: this works for so long as that does. */
  readonly newestRefusal?: UpstreamError | undefined;
}
