import { ageMs, mustRefresh, remainingMs, shouldRefresh, type AccessToken } from './access-token.ts';
import { later, type Moment } from '../clock.ts';
import type { IssuedToken, TokenEndpoint } from './token-endpoint.ts';
import { createBudget, REQUEST_BUDGET_MS } from '../upstream/budget.ts';
import { unavailable } from '../upstream/unavailable.ts';
import {
  createRefreshAheadCache,
  type CacheDependencies,
  type RefreshAheadCache,
} from '../cache/refresh-ahead-cache.ts';

export interface ServedToken extends Pick<IssuedToken, 'token' | 'newestRefusal' | 'refreshToken'> {
  /** `hit`: from the cache. `minted`: requested for this call, or for another call at the same time. */
  readonly cache: 'hit' | 'minted';
}

export interface TokenCache {
  /**
   * A token of `endpoint` that lives for at least `minTtlSeconds`, if the issuer issues one.
   *
   * Throws what the endpoint throws, if there is no valid token.
   */
  get(endpoint: TokenEndpoint, minTtlSeconds?: number): Promise<ServedToken>;
  /**
   * A token in place of `refused`, which an upstream did not accept although it has not expired. The refused token is dropped at
   * once. Undefined if there is no other token: then repeating the call cannot help.
   *
   * Throws what the endpoint throws.
   */
  replace(endpoint: TokenEndpoint, refused: AccessToken): Promise<ServedToken | undefined>;
  /** Requests a token before any caller does. Never rejects, and a failure is not what the first caller gets. */
  prefetch(endpoint: TokenEndpoint): Promise<void>;
  /** Why the last request for a newer token failed; undefined if it did not. */
  lastFailure(endpoint: TokenEndpoint): unknown;
}

export interface TokenCacheOptions extends CacheDependencies {
  /** How many tokens of people are kept. */
  readonly maxOfPeople?: number;
}

interface KeptToken extends IssuedToken {
  /** How much earlier this worker process refreshes: a thousand of them must not do so at once. */
  readonly jitterMs: number;
}

/** A token this young is served again, whatever remaining lifetime the caller requested. */
const YOUNG_MS = 30_000;
/** If a token is this close to its end, a caller waits briefly for a newer one, and gets this one if none comes. */
const NEARLY_EXPIRED_MS = 30_000;
const NEARLY_EXPIRED_PATIENCE_MS = 3_000;
/** How long a token must still live after its caller has waited. */
const ANSWER_MARGIN_MS = 2_000;
const JITTER_SHARE = 0.1;

/** More attempts could lock an account. */
const REFUSAL_MEMORY_MS = 10_000;
const MAX_OF_PEOPLE = 10_000;
/** A person has few browsers and profiles. Ten thousand sessions of one person must not evict those of others. */
const MAX_PER_PERSON = 20;

/**
 * The tokens of a worker process. The key of a token contains every input of its request. People have a cache of their own,
 * with a cap, because they can make any number of entries. The profiles' own tokens are as many as profiles.json says, and
 * are never evicted.
 */
export function createTokenCache(options: TokenCacheOptions): TokenCache {
  const { clock, random, onRefreshFailure, maxOfPeople = MAX_OF_PEOPLE } = options;
  const shared = {
    clock,
    random,
    freshness: {
      shouldRefresh: (kept: KeptToken, now: Moment) =>
        shouldRefresh(kept.token, later(now, kept.jitterMs)) || kept.isSuperseded(),
      mustRefresh: (kept: KeptToken, now: Moment) => mustRefresh(kept.token, now),
    },
    refusalMemoryMs: REFUSAL_MEMORY_MS,
    onRefreshFailure,
  };
  const ofProfiles = createRefreshAheadCache<KeptToken>(shared);
  const ofPeople = createRefreshAheadCache<KeptToken>({
    ...shared,
    maxEntries: maxOfPeople,
    maxPerOwner: MAX_PER_PERSON,
    ownerOf: personOf,
  });
  const find = (endpoint: TokenEndpoint): { tokens: RefreshAheadCache<KeptToken>; key: string } =>
    endpoint.person === undefined
      ? { tokens: ofProfiles, key: endpoint.cacheKey }
      : { tokens: ofPeople, key: `${endpoint.person} ${endpoint.cacheKey}` };

  /** Requests a second token if the first has expired on arrival: the clock was set forward, or the machine slept meanwhile. */
  async function request(endpoint: TokenEndpoint, refused?: AccessToken): Promise<IssuedToken> {
    const first = await endpoint.requestToken(createBudget(clock), refused);
    return mustRefresh(first.token, clock.now()) ? endpoint.requestToken(createBudget(clock), refused) : first;
  }

  async function load(endpoint: TokenEndpoint, refused?: AccessToken): Promise<KeptToken> {
    const issued = await request(endpoint, refused);
    // An expired token must neither replace a valid one in the cache nor reach a caller.
    if (mustRefresh(issued.token, clock.now())) {
      throw unavailable('returned a token that had already expired', { service: 'issuer' });
    }
    return { ...issued, jitterMs: issued.token.refreshAfterMs * JITTER_SHARE * random() };
  }

  return {
    async get(endpoint, minTtlSeconds = 0) {
      const patience = ({ token }: KeptToken, now: Moment): number => patienceMs(token, now, minTtlSeconds * 1000);
      const { tokens, key } = find(endpoint);
      const { value, source } = await tokens.get(key, () => load(endpoint), patience);
      const { token, newestRefusal, refreshToken } = value;
      return { token, newestRefusal, refreshToken, cache: source === 'hit' ? 'hit' : 'minted' };
    },
    async replace(endpoint, refused) {
      const isRefused = ({ token }: KeptToken): boolean => token.value === refused.value;
      const { tokens, key } = find(endpoint);
      const kept = await tokens.replace(key, () => load(endpoint, refused), isRefused);
      return kept && { token: kept.token, newestRefusal: kept.newestRefusal, cache: 'minted' };
    },
    prefetch(endpoint) {
      const { tokens, key } = find(endpoint);
      return tokens.prefetch(key, () => load(endpoint));
    },
    lastFailure(endpoint) {
      const { tokens, key } = find(endpoint);
      return tokens.lastFailure(key);
    },
  };
}

function personOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

/** How long a caller waits for a newer token before it gets this one. The wait ends before this token expires. */
function patienceMs(token: AccessToken, now: Moment, minTtlMs: number): number {
  const leftMs = remainingMs(token, now);
  if (leftMs >= Math.max(minTtlMs, nearlyExpiredMs(token)) || ageMs(token, now) < YOUNG_MS) return 0;
  return Math.min(leftMs < minTtlMs ? REQUEST_BUDGET_MS : NEARLY_EXPIRED_PATIENCE_MS, leftMs - ANSWER_MARGIN_MS);
}

/** Shorter for short-lived tokens, which would otherwise count as nearly expired before their refresh is due. */
function nearlyExpiredMs({ lifetimeMs, refreshAfterMs }: AccessToken): number {
  return Math.min(NEARLY_EXPIRED_MS, (lifetimeMs - refreshAfterMs) / 2);
}
