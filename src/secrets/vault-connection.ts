import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import type { KeyVaultSettings } from '../config/config.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import type { Fetch } from '../runtime.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import { createThrottleMemory } from '../upstream/throttle-memory.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { isVaultTokenRefusal, judgeVaultError } from './judge-vault-error.ts';
import { createVaultTransport } from './vault-transport.ts';

/** A Key Vault that is read with the app's identity: the options of the Azure SDK's clients, and how requests are sent. */
export interface VaultConnection {
  readonly vaultUrl: string;
  readonly credential: TokenCredential;
  readonly clientOptions: {
    readonly httpClient: HttpClient;
    readonly retryOptions: { readonly maxRetries: number };
    readonly disableChallengeResourceVerification: boolean;
  };
  /**
   * One request, with retries. `what` is like `secret "name"`. If the vault refuses the identity's token, the token is replaced
   * and the request repeated once.
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
  const { vaultUrl, vaultScope } = settings;
  const throttle = createThrottleMemory(clock);

  function send<T>(what: string, budget: Budget, request: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    return withRetries({ clock, random, budget, service: 'key-vault' }, (signal) =>
      throttle.run(vaultUrl, async () => {
        try {
          return await request(signal);
        } catch (error) {
          throw judgeVaultError(error, what);
        }
      }),
    );
  }

  return {
    vaultUrl,
    credential: {
      async getToken() {
        const { value } = await identity.getToken(vaultScope, createBudget(clock));
        // Always expired, so that the SDK does not cache a token that the vault refuses.
        return { token: value, expiresOnTimestamp: 0 };
      },
    },
    clientOptions: {
      httpClient: createVaultTransport(fetch, clock),
      // The SDK does not know the request's budget, so this app retries, as for every upstream.
      retryOptions: { maxRetries: 0 },
      disableChallengeResourceVerification: !settings.verifyChallengeResource,
    },
    async ask(what, budget, request) {
      // Requested first, with its own retries: within the SDK's request it would use the vault's time.
      const token = await identity.getToken(vaultScope, budget);
      try {
        return await send(what, budget, request);
      } catch (error) {
        if (!isVaultTokenRefusal(error)) throw error;
        const replacement = await identity.replaceToken(vaultScope, token, budget);
        if (replacement === undefined) throw error;
        return send(what, budget, request);
      }
    },
  };
}
