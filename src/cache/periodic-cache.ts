import { elapsedMs, type Moment } from '../clock.ts';
import { createRefreshAheadCache, type Load, type CacheDependencies } from './refresh-ahead-cache.ts';

/** Values that change rarely: loaded once, then in the background every period, and used while their source is not available. */
export interface PeriodicCache<T> {
  get(key: string, load: Load<T>): Promise<T>;
  /** Loads again. The load begins after `since`, because the value known at `since` is wrong. */
  reload(key: string, load: Load<T>, since: Moment): Promise<T>;
  /**
   * For an item that is not in the cached value but may be new. Unauthenticated callers may ask for items that do not exist, so
   * this loads at most once in 30 seconds; in between, callers get the result of the last attempt.
   */
  reloadMissing(key: string, load: Load<T>): Promise<T>;
  peek(key: string): T | undefined;
}

export interface PeriodicCacheOptions extends CacheDependencies {
  readonly periodMs: number;
  /** An older value is not used, even while its source is not available. Default: no limit. */
  readonly maxAgeMs?: number;
}

const LEAST_BETWEEN_LOOKS_MS = 30_000;

interface Stamped<T> {
  readonly value: T;
  readonly loadedAt: Moment;
}

export function createPeriodicCache<T>({
  periodMs,
  maxAgeMs = Infinity,
  ...dependencies
}: PeriodicCacheOptions): PeriodicCache<T> {
  const { clock } = dependencies;
  const looks = new Map<string, { readonly at: Moment; readonly result: Promise<Stamped<T>> }>();
  const cache = createRefreshAheadCache<Stamped<T>>({
    ...dependencies,
    freshness: {
      shouldRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= periodMs,
      mustRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= maxAgeMs,
    },
  });
  const stamped =
    (load: Load<T>): Load<Stamped<T>> =>
    async () => {
      const loadedAt = clock.now();
      return { value: await load(), loadedAt };
    };
  const isRecent = (moment: Moment): boolean => elapsedMs(moment, clock.now()) < LEAST_BETWEEN_LOOKS_MS;

  return {
    get: async (key, load) => (await cache.get(key, stamped(load))).value.value,
    reload: async (key, load, since) => (await cache.reload(key, stamped(load), since)).value,
    async reloadMissing(key, load) {
      const held = (await cache.get(key, stamped(load))).value;
      if (isRecent(held.loadedAt)) return held.value;
      let look = looks.get(key);
      if (look === undefined || !isRecent(look.at)) {
        look = { at: clock.now(), result: cache.reload(key, stamped(load), held.loadedAt) };
        looks.set(key, look);
      }
      return (await look.result).value;
    },
    peek: (key) => cache.peek(key)?.value,
  };
}
