import type { Clock } from '../clock.ts';
import type { TokenHolder } from '../config/profiles/profile.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import type { ServedToken, TokenCache } from '../tokens/token-cache.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import { createThrottleMemory } from '../upstream/throttle-memory.ts';
import { isTokenRefusal } from './judge-power-bi-answer.ts';
import type { PowerBiAnswer, PowerBiApi, PowerBiRequest } from './power-bi-api.ts';

/** The account of a token for Power BI: that of a profile, or of one person. */
export interface PowerBiAccount {
  /** The REST root, without `/v1.0/myorg`. */
  readonly apiUrl: string;
  readonly endpoint: TokenEndpoint;
  readonly holder: TokenHolder;
  /** The service principal profile that acts, if there is one. */
  readonly powerBiProfileId: string | undefined;
}

export interface PowerBiCall extends PowerBiRequest {
  /** How long the Entra token must live at least, if that is possible. */
  readonly minTtlSeconds?: number | undefined;
}

/** An answer, and the Entra token that got it. */
export interface PowerBiReply extends PowerBiAnswer {
  readonly served: ServedToken;
}

export interface PowerBiClient {
  /**
   * Sends a request to Power BI with the token of an account. A token that Power BI refuses is replaced once. An account that
   * Power BI throttles is not used again before its `Retry-After` has passed.
   *
   * Throws the error of the token endpoint or of Power BI.
   */
  ask(account: PowerBiAccount, call: PowerBiCall, budget?: Budget): Promise<PowerBiReply>;
}

export interface PowerBiClientDependencies {
  readonly clock: Clock;
  readonly tokens: TokenCache;
  readonly powerBi: PowerBiApi;
}

export function createPowerBiClient({ clock, tokens, powerBi }: PowerBiClientDependencies): PowerBiClient {
  const throttles = createThrottleMemory(clock);

  function sendAs(account: PowerBiAccount, token: AccessToken, call: PowerBiCall & { budget: Budget }) {
    const { budget, ...request } = call;
    return powerBi.send({ ...account, token }, request, {
      budget,
      runAttempt: (attempt) => throttles.run(accountKey(account), attempt),
    });
  }

  return {
    async ask(account, call, budget = createBudget(clock)) {
      const { endpoint } = account;
      const served = await tokens.get(endpoint, call.minTtlSeconds);
      try {
        return { served, ...(await sendAs(account, served.token, { ...call, budget })) };
      } catch (error) {
        const replaced = isTokenRefusal(error) ? await tokens.replace(endpoint, served.token) : undefined;
        if (replaced === undefined) throw error;
        return { served: replaced, ...(await sendAs(account, replaced.token, { ...call, budget })) };
      }
    },
  };
}

/** Identifies an account: a part of every cache key for it. */
export function accountKey({ apiUrl, endpoint, powerBiProfileId }: PowerBiAccount): string {
  return JSON.stringify([apiUrl, endpoint.cacheKey, powerBiProfileId]);
}
