import { createRefreshAheadCache, type CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import { mustRefresh, shouldRefresh, type AccessToken } from '../tokens/access-token.ts';
import type { Budget } from '../upstream/budget.ts';
import { withRetries } from '../upstream/with-retries.ts';

/** The function app's own identity. */
export interface AppIdentity {
  /** A token for `scope` (`https://vault.azure.net/.default`), from the cache if possible. */
  getToken(scope: string, budget: Budget): Promise<AccessToken>;
  /**
   * A token in place of `refused`, which an upstream did not accept although it has not expired. Undefined if there is no other
   * token.
   */
  replaceToken(scope: string, refused: AccessToken, budget: Budget): Promise<AccessToken | undefined>;
}

/** Requests a token. `refused` is one that an upstream did not accept: it must not be returned again. */
export type RequestIdentityToken = (
  scope: string,
  options: { readonly signal: AbortSignal; readonly refused?: AccessToken | undefined },
) => Promise<AccessToken>;

/** Caches the identity's tokens. Throws what `requestToken` throws. */
export function createAppIdentity(
  requestToken: RequestIdentityToken,
  { attemptTimeoutMs, ...dependencies }: CacheDependencies & { readonly attemptTimeoutMs?: number | undefined },
): AppIdentity {
  const { clock, random } = dependencies;
  const tokens = createRefreshAheadCache<AccessToken>({
    ...dependencies,
    freshness: { shouldRefresh, mustRefresh },
  });
  const load = (scope: string, budget: Budget, refused?: AccessToken): Promise<AccessToken> =>
    withRetries({ clock, random, budget, service: 'identity-endpoint', attemptTimeoutMs }, (signal) =>
      requestToken(scope, { signal, refused }),
    );
  return {
    getToken: async (scope, budget) => (await tokens.get(scope, () => load(scope, budget))).value,
    replaceToken: (scope, refused, budget) =>
      tokens.replace(
        scope,
        () => load(scope, budget, refused),
        ({ value }) => value === refused.value,
      ),
  };
}
