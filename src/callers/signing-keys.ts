import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { createBudget } from '../upstream/budget.ts';
import { fetchUpstream, type Fetch } from '../upstream/fetch-upstream.ts';
import { parseJson } from '../upstream/json.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { createWarmCache } from '../warm-cache.ts';

export interface SigningKeysDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: Moment;
}

const DAY_MS = 86_400_000;
/** A key id that nobody knows must not be a way to let us hammer the issuer. */
const LEAST_BETWEEN_FETCHES_MS = 30_000;
const OUTAGE_MEMORY_MS = 1_000;

const keySetSchema = v.looseObject({ keys: v.array(v.looseObject({ kty: v.string() })) });

/**
 * The issuer's public keys (RFC 7517), fetched once, again for a key id that is unknown, and in the background once a day; used on
 * while the issuer is away.
 */
export function createSigningKeys(url: string, dependencies: SigningKeysDependencies): JWTVerifyGetKey {
  const { clock } = dependencies;
  const keySets = createWarmCache<KeySet>({
    ...dependencies,
    freshness: { shouldRefresh: ({ fetchedAt }, now) => elapsedMs(fetchedAt, now) >= DAY_MS, mustRefresh: () => false },
    failureMemoryMs: () => OUTAGE_MEMORY_MS,
  });
  const load = async (): Promise<KeySet> => ({ fetchedAt: clock.now(), find: await fetchKeySet(url, dependencies) });

  let renewal: { readonly startedAt: Moment; readonly keySet: Promise<KeySet> } | undefined;

  /** Whoever comes too soon is told what came of the last attempt, be it a failure. */
  function renew(known: KeySet): Promise<KeySet> {
    const now = clock.now();
    if (elapsedMs(known.fetchedAt, now) < LEAST_BETWEEN_FETCHES_MS) return Promise.resolve(known);
    if (renewal === undefined || elapsedMs(renewal.startedAt, now) >= LEAST_BETWEEN_FETCHES_MS) {
      renewal = { startedAt: now, keySet: keySets.reload(url, load, known.fetchedAt) };
    }
    return renewal.keySet;
  }

  return async (header, token) => {
    const { value: known } = await keySets.get(url, load);
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewed = await renew(known);
      return renewed.find(header, token);
    }
  };
}

function fetchKeySet(url: string, dependencies: SigningKeysDependencies): Promise<JWTVerifyGetKey> {
  const budget = createBudget(dependencies.clock);
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    const { status, text } = await fetchUpstream(dependencies.fetch, 'issuer', url, { signal });
    const keySet = v.safeParse(keySetSchema, parseJson(text));
    if (status !== 200 || !keySet.success)
      throw unavailable('does not give its signing keys', { service: 'issuer', status });
    return createLocalJWKSet(keySet.output);
  });
}
