import type { Clock, Moment } from './clock.ts';
import { elapsedMs } from './clock.ts';

/** How a kept value ages. Both are pure, and `mustRefresh` implies `shouldRefresh`. */
export interface Freshness<T> {
  /** Still good, but a newer one is to be fetched in the background. */
  shouldRefresh(value: T, now: Moment): boolean;
  /** No longer of any use. */
  mustRefresh(value: T, now: Moment): boolean;
}

/** What every cache takes from whoever wires it. */
export interface WarmCacheDependencies {
  readonly clock: Clock;
  readonly random: () => number;
  /** Told of every refresh in the background that failed; the value that is held is served on. */
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

export interface WarmCacheOptions<T> extends WarmCacheDependencies {
  readonly freshness: Freshness<T>;
  /** How long a failed load is remembered, so that callers are refused without asking upstream again. */
  readonly failureMemoryMs: (error: unknown) => number;
  /** Where there would be more, those go that were loaded longest ago. */
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
  /** The value, and which load it came from: an older load that ends later must not overwrite it. */
  kept: { readonly value: T; readonly sequence: number } | undefined;
  flight: Flight<T> | undefined;
  /** Of the newest load that has ended. */
  failure: Failure | undefined;
  endedSequence: number;
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
      kept: undefined,
      flight: undefined,
      failure: undefined,
      endedSequence: 0,
      failuresInARow: 0,
    };
    entries.set(key, entry);
    return entry;
  }

  function noteEnd(entry: Entry<T>, own: number, failed?: { error: unknown; promise: Promise<never> }): void {
    if (own < entry.endedSequence) return;
    entry.endedSequence = own;
    entry.failuresInARow = failed === undefined ? 0 : entry.failuresInARow + 1;
    entry.failure = failed && {
      ...failed,
      at: clock.now(),
      memoryMs: failureMemoryMs(failed.error),
      pauseMs: pauseAfterMs(entry.failuresInARow, random),
    };
  }

  function startFlight(key: string, entry: Entry<T>, load: Load<T>): Promise<T> {
    const own = ++sequence;
    async function run(): Promise<T> {
      try {
        const value = await load();
        noteEnd(entry, own);
        if (entry.kept === undefined || entry.kept.sequence < own) entry.kept = { value, sequence: own };
        return entry.kept.value;
      } catch (error) {
        noteEnd(entry, own, { error, promise: promise as Promise<never> });
        // A newer load has succeeded already: whoever waits for this one is served with what that one brought.
        if (entry.kept !== undefined && entry.kept.sequence > own) return entry.kept.value;
        throw error;
      } finally {
        if (entry.flight?.sequence === own) entry.flight = undefined;
      }
    }
    const promise: Promise<T> = Promise.resolve().then(run);
    entry.flight = { sequence: own, startedAt: clock.now(), promise };
    moveToEnd(entries, key, entry);
    return promise;
  }

  function loadOnce(key: string, entry: Entry<T>, load: Load<T>): Promise<T> {
    if (entry.flight !== undefined) return entry.flight.promise;
    const { failure } = entry;
    if (failure !== undefined && elapsedMs(failure.at, clock.now()) < failure.memoryMs) {
      return failure.promise;
    }
    return startFlight(key, entry, load);
  }

  /** After a failure the held value is served on for a while before anybody is sent to ask again. */
  function isPausing({ failure }: Entry<T>, now: Moment): boolean {
    return failure !== undefined && elapsedMs(failure.at, now) < Math.max(failure.pauseMs, failure.memoryMs);
  }

  function refreshInBackground(key: string, entry: Entry<T>, load: Load<T>): void {
    startFlight(key, entry, load).catch((error: unknown) => {
      onRefreshFailure(key, error);
    });
  }

  return {
    async get(key, load, accept = () => true) {
      const entry = entryOf(key);
      const now = clock.now();
      const held = entry.kept?.value;
      const isGood = held !== undefined && !freshness.mustRefresh(held, now);
      if (isGood && accept(held, now)) {
        if (entry.flight === undefined && freshness.shouldRefresh(held, now) && !isPausing(entry, now)) {
          refreshInBackground(key, entry, load);
        }
        return { value: held, source: 'hit' };
      }
      if (isGood && isPausing(entry, now)) return { value: held, source: 'hit' };
      return loadOnce(key, entry, load).then(
        (value): Warm<T> => ({ value, source: 'loaded' }),
        (error: unknown): Warm<T> => {
          // Judged anew: time has passed, and a wall clock that was set forth by mistake may have been set back.
          if (entry.kept === undefined || freshness.mustRefresh(entry.kept.value, clock.now())) throw error;
          return { value: entry.kept.value, source: 'hit' };
        },
      );
    },
    reload(key, load, since) {
      const entry = entryOf(key);
      const { flight } = entry;
      // Joining is safe only where the load began after `since`: an earlier one may bring what is already known.
      if (flight !== undefined && flight.startedAt.monotonicMs > since.monotonicMs) return flight.promise;
      return startFlight(key, entry, load);
    },
    peek: (key) => entries.get(key)?.kept?.value,
    lastFailure: (key) => entries.get(key)?.failure?.error,
  };
}

/** The map's own order is that of the last loads. */
function moveToEnd<V>(entries: Map<string, V>, key: string, entry: V): void {
  entries.delete(key);
  entries.set(key, entry);
}

/** One that is being loaded stays: whoever asked next would not find it, and load it a second time. */
function evictOldest<T>(entries: Map<string, Entry<T>>): void {
  for (const [key, { flight }] of entries) {
    if (flight !== undefined) continue;
    entries.delete(key);
    return;
  }
}

/** Growing pauses with jitter, so that a thousand instances do not come back in one moment. */
function pauseAfterMs(failuresInARow: number, random: () => number): number {
  const pauseMs = Math.min(LONGEST_REFRESH_PAUSE_MS, FIRST_REFRESH_PAUSE_MS * 2 ** (failuresInARow - 1));
  return pauseMs * (0.75 + random() / 2);
}
