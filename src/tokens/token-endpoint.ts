import type { UpstreamError } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';
import type { AccessToken } from './access-token.ts';

/** Requests tokens for a profile. One implementation per grant type. */
export interface TokenEndpoint {
  /**
   * Contains every input of the token request, except the credential's version: with the version in the key, a new secret would
   * discard a token that is still valid. `isSuperseded` makes such a token due for a refresh.
   */
  readonly cacheKey: string;
  /** Whose token it is, as tenant and object id; undefined if it is the profile's own. */
  readonly person?: string;
  /**
   * Requests a new token, with retries, within the budget. `refused` is the token to replace: an upstream refused it, so an
   * endpoint that keeps tokens itself must not return it again.
   *
   * Throws a ServiceError with the error of Key Vault, the identity endpoint or the issuer.
   */
  requestToken(budget: Budget, refused?: AccessToken): Promise<IssuedToken>;
}

export interface IssuedToken {
  readonly token: AccessToken;
  /** Whether the credential that was newest when the token was issued has since been replaced. */
  isSuperseded(): boolean;
  /** Why the newest credential was refused, if the one before it got the token. */
  readonly newestRefusal?: UpstreamError | undefined;
  /** The refresh token that came with the token of a signed-in person: their cookie must carry it from now on. */
  readonly refreshToken?: string | undefined;
}
