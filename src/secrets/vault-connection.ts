import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { remainingMs } from '../tokens/access-token.ts';
import type { Clock } from '../clock.ts';
import type { KeyVaultSettings } from '../config/config.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { judgeVaultError } from './judge-vault-error.ts';
import { createVaultTransport } from './vault-transport.ts';

/** A Key Vault, as the app's identity sees it: what the Azure SDK's clients are made of, and how their requests are made. */
export interface VaultConnection {
  readonly vaultUrl: string;
  readonly credential: TokenCredential;
  readonly clientOptions: {
    readonly httpClient: HttpClient;
    readonly retryOptions: { readonly maxRetries: number };
    readonly disableChallengeResourceVerification: boolean;
  };
  /**
   * One request, with retries. `what` is like `secret "name"`.
   *
   * Throws `secret_unavailable`, `upstream_unavailable`, or what the app's identity throws.
   */
  ask<T>(what: string, budget: Budget, request: (abortSignal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface VaultDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly identity: AppIdentity;
}

export function createVaultConnection(settings: KeyVaultSettings, dependencies: VaultDependencies): VaultConnection {
  const { fetch, clock, random, identity } = dependencies;
  return {
    vaultUrl: settings.vaultUrl,
    credential: {
      async getToken() {
        const token = await identity.getToken(settings.vaultScope, createBudget(clock));
        const now = clock.now();
        return { token: token.value, expiresOnTimestamp: now.wallMs + remainingMs(token, now) };
      },
    },
    clientOptions: {
      httpClient: createVaultTransport(fetch, clock),
      // Retried here, like every upstream: the SDK knows nothing of the request's budget.
      retryOptions: { maxRetries: 0 },
      disableChallengeResourceVerification: !settings.verifyChallengeResource,
    },
    async ask(what, budget, request) {
      // Asked for first, with retries of its own: inside the SDK's request it would count against the vault's time.
      await identity.getToken(settings.vaultScope, budget);
      return withRetries({ clock, random, budget, service: 'key-vault' }, async (signal) => {
        try {
          return await request(signal);
        } catch (error) {
          throw judgeVaultError(error, what);
        }
      });
    },
  };
}
