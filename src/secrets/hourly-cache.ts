import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { isTransient } from '../errors.ts';
import { createWarmCache, type Load } from '../warm-cache.ts';

/** What Key Vault holds, kept in memory: read once, and read anew in the background every hour. */
export interface HourlyCache<T> {
  get(name: string, load: Load<T>): Promise<T>;
  /** Reads again, after `since`. */
  reload(name: string, load: Load<T>, since: Moment): Promise<T>;
  peek(name: string): T | undefined;
}

export interface HourlyCacheOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

const HOUR_MS = 3_600_000;
const REFUSAL_MEMORY_MS = 5_000;
const OUTAGE_MEMORY_MS = 1_000;

/** What is held is served on however long the vault is away: the issuer alone decides whether it is still good. */
export function createHourlyCache<T>({ clock, random, onRefreshFailure }: HourlyCacheOptions): HourlyCache<T> {
  const cache = createWarmCache<{ readonly value: T; readonly readAt: Moment }>({
    clock,
    random,
    freshness: { shouldRefresh: ({ readAt }, now) => elapsedMs(readAt, now) >= HOUR_MS, mustRefresh: () => false },
    failureMemoryMs: (error) => (isTransient(error) ? OUTAGE_MEMORY_MS : REFUSAL_MEMORY_MS),
    onRefreshFailure,
  });
  const stamped =
    (load: Load<T>): Load<{ value: T; readAt: Moment }> =>
    async () => {
      const readAt = clock.now();
      return { value: await load(), readAt };
    };
  return {
    get: async (name, load) => (await cache.get(name, stamped(load))).value.value,
    reload: async (name, load, since) => (await cache.reload(name, stamped(load), since)).value,
    peek: (name) => cache.peek(name)?.value,
  };
}
