import { elapsedMs, within, type Clock, type Moment } from '../clock.ts';
import { releaseStack, withRetryAfterReduced } from '../errors.ts';
import { memoryMs, pauseAfterMs } from './failure-memory.ts';

/** How a kept value ages. Both are pure, and `mustRefresh` implies `shouldRefresh`. */
export interface Freshness<T> {
  /** The value is still valid, but a newer one should be loaded in the background. */
  shouldRefresh(value: T, now: Moment): boolean;
  /** The value can no longer be used. */
  mustRefresh(value: T, now: Moment): boolean;
}

/** What every cache needs from its creator. */
export interface CacheDependencies {
  readonly clock: Clock;
  readonly random: () => number;
  /** Called for each background refresh that fails. The cached value stays in use. */
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

export interface RefreshAheadCacheOptions<T> extends CacheDependencies {
  readonly freshness: Freshness<T>;
  /** How long a refusal is remembered: callers get it without a new load. An outage is remembered for its `Retry-After`. */
  readonly refusalMemoryMs?: number;
  /** The maximum number of entries. If there are more, the one that was loaded longest ago is removed. */
  readonly maxEntries?: number;
  /** The same limit for each owner of entries. */
  readonly maxPerOwner?: number;
  readonly ownerOf?: (key: string) => string;
}

export interface Cached<T> {
  readonly value: T;
  /** `hit`: the value was in the cache. `loaded`: this caller waited for a load. */
  readonly source: 'hit' | 'loaded';
}

export type Load<T> = () => Promise<T>;

export interface RefreshAheadCache<T> {
  /**
   * Loads the value of `key` before any caller asks for it. Never rejects: a failure goes to `onRefreshFailure` and is not
   * remembered, so the first caller starts its own load.
   */
  prefetch(key: string, load: Load<T>): Promise<void>;
  /**
   * The value of `key`, from the cache or from `load`, which runs at most once per key at a time.
   * `patienceMs` is how long this caller waits for a newer value. If none arrives in time, it gets the cached one.
   */
  get(key: string, load: Load<T>, patienceMs?: (value: T, now: Moment) => number): Promise<Cached<T>>;
  /** A value whose load began after `since`, for a caller that knows that the value at `since` is wrong. */
  reload(key: string, load: Load<T>, since: Moment): Promise<T>;
  /**
   * A value in place of one that an upstream refused. The refused value is dropped at once, and the next one is loaded once for
   * all callers. A key gets at most one replacement in 30 seconds. Undefined if there is no other value.
   */
  replace(key: string, load: Load<T>, isRefused: (value: T) => boolean): Promise<T | undefined>;
  /** The cached value, whatever its age. */
  peek(key: string): T | undefined;
  /** Why the last load failed; undefined if it did not. */
  lastFailure(key: string): unknown;
}

interface Flight<T> {
  /** No caller has asked for the value yet, so a failure is not remembered. */
  readonly isPrefetch: boolean;
  readonly startedAt: Moment;
  readonly promise: Promise<T>;
}

interface Failure {
  readonly sequence: number;
  readonly error: unknown;
  readonly at: Moment;
  readonly memoryMs: number;
  readonly inARow: number;
  readonly pauseMs: number;
}

interface Entry<T> {
  /** The value, and which load it came from: an older load that ends later must not overwrite it. */
  kept: { readonly value: T; readonly sequence: number } | undefined;
  flight: Flight<T> | undefined;
  /** The failure of the newest load that has ended; undefined if it succeeded. */
  failure: Failure | undefined;
  /** The last replacement: when it began, and which load had brought the refused value. Results of older loads are dropped. */
  replaced: { readonly at: Moment; readonly sequence: number } | undefined;
}

const LEAST_BETWEEN_REPLACEMENTS_MS = 30_000;

/**
 * Keeps values fresh. Concurrent callers share one load. A refresh runs in the background before a value expires, so callers do
 * not wait. While the upstream is not available, the cached value stays in use, and the pauses between refreshes grow.
 */
export function createRefreshAheadCache<T>(options: RefreshAheadCacheOptions<T>): RefreshAheadCache<T> {
  const { clock, random, freshness, refusalMemoryMs, onRefreshFailure } = options;
  const { maxEntries = Infinity, maxPerOwner = Infinity, ownerOf } = options;
  const entries = new Map<string, Entry<T>>();
  let sequence = 0;

  function entryOf(key: string): Entry<T> {
    const known = entries.get(key);
    if (known !== undefined) return known;
    if (ownerOf !== undefined) {
      const owner = ownerOf(key);
      const own = [...entries].filter(([other]) => ownerOf(other) === owner);
      if (own.length >= maxPerOwner) evictOldest(entries, own);
    }
    if (entries.size >= maxEntries) evictOldest(entries, entries);
    const entry: Entry<T> = { kept: undefined, flight: undefined, failure: undefined, replaced: undefined };
    entries.set(key, entry);
    return entry;
  }

  function noteFailure(entry: Entry<T>, failed: { sequence: number; error: unknown }): void {
    releaseStack(failed.error);
    const inARow = (entry.failure?.inARow ?? 0) + 1;
    entry.failure = {
      ...failed,
      at: clock.now(),
      memoryMs: memoryMs(failed.error, refusalMemoryMs),
      inARow,
      pauseMs: pauseAfterMs(inARow, random),
    };
  }

  function startFlight(key: string, entry: Entry<T>, load: Load<T>, isPrefetch = false): Promise<T> {
    const own = ++sequence;
    const isNewestEnded = (): boolean => isNewest(own, entry.kept, entry.failure);
    async function run(): Promise<T> {
      try {
        const value = await load();
        if (isNewestEnded()) entry.failure = undefined;
        if (isNewest(own, entry.kept, entry.replaced)) entry.kept = { value, sequence: own };
        return entry.kept?.value ?? value;
      } catch (error) {
        if (isNewestEnded() && !isPrefetch) noteFailure(entry, { sequence: own, error });
        // A newer load has already succeeded: callers who wait for this one get its value.
        if (entry.kept !== undefined && !isNewest(own, entry.kept)) return entry.kept.value;
        throw error;
      } finally {
        if (entry.flight === flight) entry.flight = undefined;
      }
    }
    const promise: Promise<T> = Promise.resolve().then(run);
    const flight = { startedAt: clock.now(), promise, isPrefetch };
    entry.flight = flight;
    moveToEnd(entries, key, entry);
    return promise;
  }

  async function loadOnce(key: string, entry: Entry<T>, load: Load<T>): Promise<T> {
    const { flight } = entry;
    if (flight?.isPrefetch === true) return flight.promise.catch(() => loadOnce(key, entry, load));
    if (flight !== undefined) return flight.promise;
    const { failure } = entry;
    const passedMs = failure === undefined ? Infinity : elapsedMs(failure.at, clock.now());
    if (failure !== undefined && passedMs < failure.memoryMs) throw withRetryAfterReduced(failure.error, passedMs);
    return startFlight(key, entry, load);
  }

  /** After a failure, the next refresh waits, and callers get the cached value. */
  function isPausing({ failure }: Entry<T>, now: Moment): boolean {
    return failure !== undefined && elapsedMs(failure.at, now) < Math.max(failure.pauseMs, failure.memoryMs);
  }

  function refreshInBackground(key: string, entry: Entry<T>, load: Load<T>): void {
    startFlight(key, entry, load).catch((error: unknown) => {
      onRefreshFailure(key, error);
    });
  }

  async function get(
    key: string,
    load: Load<T>,
    patienceMs: (value: T, now: Moment) => number = () => 0,
  ): Promise<Cached<T>> {
    const entry = entryOf(key);
    const now = clock.now();
    const held = entry.kept?.value;
    if (held === undefined || freshness.mustRefresh(held, now)) {
      return { value: await loadOnce(key, entry, load), source: 'loaded' };
    }
    const waitMs = patienceMs(held, now);
    const isDue = waitMs > 0 || freshness.shouldRefresh(held, now);
    if (isDue && entry.flight === undefined && !isPausing(entry, now)) refreshInBackground(key, entry, load);
    if (waitMs <= 0 || entry.flight === undefined) return { value: held, source: 'hit' };
    const newer = await within(clock, waitMs, entry.flight.promise);
    // If no newer value came, the cached one is checked again: time has passed, and the clock may have been set.
    return newer === undefined ? get(key, load) : { value: newer.value, source: 'loaded' };
  }

  async function replace(key: string, load: Load<T>, isRefused: (value: T) => boolean): Promise<T | undefined> {
    const entry = entryOf(key);
    const { kept, replaced } = entry;
    if (kept !== undefined && isRefused(kept.value)) {
      const now = clock.now();
      if (replaced !== undefined && elapsedMs(replaced.at, now) < LEAST_BETWEEN_REPLACEMENTS_MS) return undefined;
      entry.replaced = { at: now, sequence: kept.sequence };
      entry.kept = undefined;
    }
    const { value } = await get(key, load);
    return isRefused(value) ? undefined : value;
  }

  return {
    async prefetch(key, load) {
      const entry = entryOf(key);
      if (entry.kept !== undefined || entry.flight !== undefined) return;
      await startFlight(key, entry, load, true).catch((error: unknown) => {
        onRefreshFailure(key, error);
      });
    },
    get,
    replace,
    reload(key, load, since) {
      const entry = entryOf(key);
      const { flight } = entry;
      // Joining is safe only if the load began after `since`: an earlier one may return the wrong value again.
      if (flight !== undefined && flight.startedAt.monotonicMs > since.monotonicMs) return flight.promise;
      return startFlight(key, entry, load);
    },
    peek: (key) => entries.get(key)?.kept?.value,
    lastFailure: (key) => entries.get(key)?.failure?.error,
  };
}

/** Whether the load with this number began after the other ones: loads can end in another order. */
function isNewest(sequence: number, ...others: readonly ({ readonly sequence: number } | undefined)[]): boolean {
  return Math.max(sequence, ...others.map((other) => other?.sequence ?? 0)) === sequence;
}

/** Keeps the map in the order of the last loads. */
function moveToEnd<V>(entries: Map<string, V>, key: string, entry: V): void {
  entries.delete(key);
  entries.set(key, entry);
}

/** Keeps entries that are being loaded: without its entry, the next caller would start a second load. */
function evictOldest<T>(entries: Map<string, Entry<T>>, candidates: Iterable<[string, Entry<T>]>): void {
  for (const [key, { flight }] of candidates) {
    if (flight !== undefined) continue;
    entries.delete(key);
    return;
  }
}
