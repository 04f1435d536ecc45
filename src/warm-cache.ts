import type { Clock, Moment } from './clock.ts';
import { elapsedMs } from './clock.ts';

/** How a kept value ages. Both are pure, and `mustRefresh` implies `shouldRefresh`. */
export interface Freshness<T> {
  /** Still good, but a newer one is to be fetched in the background. */
  shouldRefresh(value: T, now: Moment): boolean;
  /** No longer of any use. */
  mustRefresh(value: T, now: Moment): boolean;
}

export interface WarmCacheOptions<T> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly freshness: Freshness<T>;
  /** How long a failed load is remembered, so that callers are refused without asking upstream again. */
  readonly failureMemoryMs: (error: unknown) => number;
  /** Told of every refresh in the background that failed; the value that is held is served on. */
  readonly onRefreshFailure: (key: string, error: unknown) => void;
  /** The oldest entries go where there would be more. */
  readonly maxEntries?: number;
}

export interface Warm<T> {
  readonly value: T;
  /** Whether this caller's value was fetched for it, or lay in the cache. */
  readonly source: 'hit' | 'loaded';
}

export type Load<T> = () => Promise<T>;

export interface WarmCache<T> {
  /**
   * The value of `key`, from the cache or from `load`, which runs at most once per key at a time however many ask.
   * A value that is held but not `accepted` is given all the same where no newer one can be had.
   */
  get(key: string, load: Load<T>, accept?: (value: T, now: Moment) => boolean): Promise<Warm<T>>;
  /** A value whose load began after `since`: what was known then is known to be of no use. */
  reload(key: string, load: Load<T>, since: Moment): Promise<T>;
  /** What is held, however old. */
  peek(key: string): T | undefined;
  /** Why the last load failed; undefined where it did not. */
  lastFailure(key: string): unknown;
}

interface Flight<T> {
  readonly sequence: number;
  readonly startedAt: Moment;
  readonly promise: Promise<T>;
}

interface Failure {
  readonly error: unknown;
  /** The load that failed: whoever is refused from memory is given its rejection. */
  readonly promise: Promise<never>;
  readonly at: Moment;
  readonly memoryMs: number;
  readonly pauseMs: number;
}

interface Entry<T> {
  value: T | undefined;
  /** Which load the value came from: an older load that ends later must not overwrite it. */
  valueSequence: number;
  flight: Flight<T> | undefined;
  failure: Failure | undefined;
  failuresInARow: number;
}

const FIRST_REFRESH_PAUSE_MS = 5_000;
const LONGEST_REFRESH_PAUSE_MS = 300_000;

/**
 * Keeps values warm: fetched once for all who ask at once, refreshed ahead in the background so that nobody waits,
 * served on while the upstream is away, and asked for again with growing pauses.
 */
export function createWarmCache<T>(options: WarmCacheOptions<T>): WarmCache<T> {
  const { clock, random, freshness, failureMemoryMs, onRefreshFailure, maxEntries = Infinity } = options;
  const entries = new Map<string, Entry<T>>();
  let sequence = 0;

  function entryOf(key: string): Entry<T> {
    const known = entries.get(key);
    if (known !== undefined) return known;
    if (entries.size >= maxEntries) evictOldest(entries);
    const entry: Entry<T> = {
      value: undefined,
      valueSequence: 0,
      flight: undefined,
      failure: undefined,
      failuresInARow: 0,
    };
    entries.set(key, entry);
    return entry;
  }

  function startFlight(entry: Entry<T>, load: Load<T>): Promise<T> {
    const own = ++sequence;
    async function run(): Promise<T> {
      try {
        const value = await load();
        if (own > entry.valueSequence) {
          entry.value = value;
          entry.valueSequence = own;
        }
        entry.failure = undefined;
        entry.failuresInARow = 0;
        return value;
      } catch (error) {
        entry.failuresInARow++;
        entry.failure = {
          error,
          promise: promise as Promise<never>,
          at: clock.now(),
          memoryMs: failureMemoryMs(error),
          pauseMs: pauseAfterMs(entry.failuresInARow, random),
        };
        throw error;
      } finally {
        if (entry.flight?.sequence === own) entry.flight = undefined;
      }
    }
    const promise: Promise<T> = Promise.resolve().then(run);
    entry.flight = { sequence: own, startedAt: clock.now(), promise };
    return promise;
  }

  function loadOnce(entry: Entry<T>, load: Load<T>): Promise<T> {
    if (entry.flight !== undefined) return entry.flight.promise;
    const { failure } = entry;
    if (failure !== undefined && elapsedMs(failure.at, clock.now()) < failure.memoryMs) {
      return failure.promise;
    }
    return startFlight(entry, load);
  }

  /** After a failure the held value is served on for a while before anybody is sent to ask again. */
  function isPausing({ failure }: Entry<T>, now: Moment): boolean {
    return failure !== undefined && elapsedMs(failure.at, now) < Math.max(failure.pauseMs, failure.memoryMs);
  }

  function refreshInBackground(key: string, entry: Entry<T>, load: Load<T>): void {
    startFlight(entry, load).catch((error: unknown) => {
      onRefreshFailure(key, error);
    });
  }

  return {
    async get(key, load, accept = () => true) {
      const entry = entryOf(key);
      const now = clock.now();
      const held = entry.value;
      if (held === undefined || freshness.mustRefresh(held, now)) {
        return { value: await loadOnce(entry, load), source: 'loaded' };
      }
      if (accept(held, now)) {
        if (entry.flight === undefined && freshness.shouldRefresh(held, now) && !isPausing(entry, now)) {
          refreshInBackground(key, entry, load);
        }
        return { value: held, source: 'hit' };
      }
      if (isPausing(entry, now)) return { value: held, source: 'hit' };
      return loadOnce(entry, load).then(
        (value): Warm<T> => ({ value, source: 'loaded' }),
        (error: unknown): Warm<T> => {
          if (freshness.mustRefresh(held, clock.now())) throw error;
          return { value: held, source: 'hit' };
        },
      );
    },
    reload(key, load, since) {
      const entry = entryOf(key);
      const { flight } = entry;
      // Joining is safe only where the load began after `since`: an earlier one may bring what is already known.
      if (flight !== undefined && flight.startedAt.monotonicMs > since.monotonicMs) return flight.promise;
      return startFlight(entry, load);
    },
    peek: (key) => entries.get(key)?.value,
    lastFailure: (key) => entries.get(key)?.failure?.error,
  };
}

function evictOldest(entries: Map<string, unknown>): void {
  const oldest = entries.keys().next();
  if (oldest.done !== true) entries.delete(oldest.value);
}

/** Growing pauses with jitter, so that a thousand instances do not come back in one moment. */
function pauseAfterMs(failuresInARow: number, random: () => number): number {
  const pauseMs = Math.min(LONGEST_REFRESH_PAUSE_MS, FIRST_REFRESH_PAUSE_MS * 2 ** (failuresInARow - 1));
  return pauseMs * (0.75 + random() / 2);
}
