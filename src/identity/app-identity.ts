import { createAccessToken, mustRefresh, shouldRefresh, type AccessToken } from '../tokens/access-token.ts';
import type { Budget } from '../upstream/budget.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { createRefreshAheadCache, type CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import type { GetIdentityToken } from './managed-identity.ts';

/** The function app's own identity. */
export interface AppIdentity {
  /** A token for `scope` (`https://vault.azure.net/.default`), kept warm. */
  getToken(scope: string, budget: Budget): Promise<AccessToken>;
}

/**
 * Keeps the identity's tokens itself: MSAL's own cache lets every caller past `refresh_in` wait for its own refresh, and
 * throws where the endpoint is away although the token at hand is good for hours.
 */
export function createAppIdentity(
  askEndpoint: GetIdentityToken,
  { attemptTimeoutMs, ...dependencies }: CacheDependencies & { readonly attemptTimeoutMs?: number | undefined },
): AppIdentity {
  const { clock, random } = dependencies;
  const tokens = createRefreshAheadCache<AccessToken>({
    ...dependencies,
    freshness: { shouldRefresh, mustRefresh },
  });
  async function load(scope: string, budget: Budget): Promise<AccessToken> {
    const requestedAt = clock.now();
    const { token, expiresOnTimestamp, refreshAfterTimestamp } = await withRetries(
      {
        clock,
        random,
        budget,
        service: 'identity-endpoint',
        attemptTimeoutMs,
      },
      (signal) => askEndpoint(scope, signal),
    );
    const lifetimeMs = expiresOnTimestamp - requestedAt.wallMs;
    // MSAL makes NaN of an expiry that is no number: such a token would never be seen to end.
    if (!(lifetimeMs > 0)) {
      throw unavailable('gave an answer that is no token', { service: 'identity-endpoint', status: 200 });
    }
    return createAccessToken({
      value: token,
      scope,
      requestedAt,
      lifetimeMs,
      refreshAfterMs: refreshAfterTimestamp === undefined ? undefined : refreshAfterTimestamp - requestedAt.wallMs,
    });
  }
  return {
    getToken: async (scope, budget) => (await tokens.get(scope, () => load(scope, budget))).value,
  };
}
