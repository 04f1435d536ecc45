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

interface VaultRequest<T> {
  readonly what: string;
  readonly budget: Budget;
  readonly request: (abortSignal: AbortSignal) => Promise<T>;
  readonly mayRepeat?: () => boolean;
}

export function createVaultConnection(settings: KeyVaultSettings, dependencies: VaultDependencies): VaultConnection {
  const { fetch, clock, random, identity } = dependencies;
  const { vaultUrl, vaultScope } = settings;
  const throttle = createThrottleMemory(clock);

  function send<T>({ what, budget, request, mayRepeat }: VaultRequest<T>): Promise<T> {
    return withRetries({ clock, random, budget, service: 'key-vault', mayRepeat }, (signal) =>
      throttle.run(vaultUrl, async () => {
        try {
          return await request(signal);
        } catch (error) {
          throw judgeVaultError(error, what);
        }
      }),
    );
  }

  /** Whether the vault has answered. From then on the connection is open, and the SDK knows the vault's challenge. */
  let hasAnswered = false;

  /**
   * The first request of a process does not wait for the identity's token: meanwhile the connection opens, and the vault
   * sends its challenge. Later requests get the token first, with its own retries: within the SDK's request it would use the
   * vault's time.
   */
  async function sendWithToken<T>(request: VaultRequest<T>, token: Promise<unknown>): Promise<T> {
    if (hasAnswered) await token;
    let isRefused = false;
    const sent = send({ ...request, mayRepeat: () => !isRefused });
    // Without a token both fail, and the caller gets the identity's error, which names the cause.
    sent.catch(() => undefined);
    token.catch(() => {
      isRefused = true;
    });
    await token;
    return sent;
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
      const token = identity.getToken(vaultScope, budget);
      try {
        const answer = await sendWithToken({ what, budget, request }, token);
        hasAnswered = true;
        return answer;
      } catch (error) {
        if (!isVaultTokenRefusal(error)) throw error;
        const replacement = await identity.replaceToken(vaultScope, await token, budget);
        if (replacement === undefined) throw error;
        return send({ what, budget, request });
      }
    },
  };
}
