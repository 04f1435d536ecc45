import { elapsedMs, within, type Clock, type Moment } from '../clock.ts';
import { releaseStack, tellLater } from '../errors.ts';
import { memoryMs, pauseAfterMs } from './failure-memory.ts';

/** How a kept value ages. Both are pure, and `mustRefresh` implies `shouldRefresh`. */
export interface Freshness<T> {
  /** Still good, but a newer one is to be fetched in the background. */
  shouldRefresh(value: T, now: Moment): boolean;
  /** No longer of any use. */
  mustRefresh(value: T, now: Moment): boolean;
}

/** What every cache takes from whoever wires it. */
export interface CacheDependencies {
  readonly clock: Clock;
  readonly random: () => number;
  /** Told of every refresh in the background that failed; the value that is held is served on. */
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

export interface RefreshAheadCacheOptions<T> extends CacheDependencies {
  readonly freshness: Freshness<T>;
  /** How long a refusal is remembered, so that callers are refused without asking upstream again; an outage, for as long as it asks. */
  readonly refusalMemoryMs?: number;
  /** If there are more, those that were loaded longest ago are removed. */
  readonly maxEntries?: number;
  /** The same limit for each owner of entries. */
  readonly maxPerOwner?: number;
  readonly ownerOf?: (key: string) => string;
}

export interface Cached<T> {
  readonly value: T;
  /** Whether this caller's value was fetched for it, or lay in the cache. */
  readonly source: 'hit' | 'loaded';
}

export type Load<T> = () => Promise<T>;

export interface RefreshAheadCache<T> {
  /**
   * Loads the value of `key` before anyone asks for it. Never rejects: a failure is reported to `onRefreshFailure` and is
   * forgotten, so that the first caller who asks gets a load of its own.
   */
  prefetch(key: string, load: Load<T>): Promise<void>;
  /**
   * The value of `key`, from the cache or from `load`, which runs at most once per key at a time however many ask.
   * `patienceMs` is how long this caller would rather wait for a newer value than be given the one that is held; where none
   * has come by then, the held one it is.
   */
  get(key: string, load: Load<T>, patienceMs?: (value: T, now: Moment) => number): Promise<Cached<T>>;
  /** A value whose load began after `since`: what was known then is known to be of no use. */
  reload(key: string, load: Load<T>, since: Moment): Promise<T>;
  /**
   * A value in place of one that an upstream refused. The refused value is dropped at once, and the next one is loaded once for
   * all callers. A key gets at most one replacement in 30 seconds: undefined if there is no other value to be had.
   */
  replace(key: string, load: Load<T>, isRefused: (value: T) => boolean): Promise<T | undefined>;
  /** What is held, however old. */
  peek(key: string): T | undefined;
  /** Why the last load failed; undefined where it did not. */
  lastFailure(key: string): unknown;
}

interface Flight<T> {
  /** Nobody has asked for the value yet: a failure is nobody's answer. */
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
  /** Of the newest load that has ended, where it failed. */
  failure: Failure | undefined;
  /** The last replacement: when it began, and the load that the refused value came from. Older loads are not kept. */
  replaced: { readonly at: Moment; readonly sequence: number } | undefined;
}

const LEAST_BETWEEN_REPLACEMENTS_MS = 30_000;

/**
 * Keeps values warm: fetched once for all who ask at once, refreshed ahead in the background so that nobody waits,
 * served on while the upstream is away, and asked for again with growing pauses.
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
    const isNewestEnded = (): boolean => own > Math.max(entry.kept?.sequence ?? 0, entry.failure?.sequence ?? 0);
    async function run(): Promise<T> {
      try {
        const value = await load();
        if (isNewestEnded()) entry.failure = undefined;
        const newestKept = Math.max(entry.kept?.sequence ?? 0, entry.replaced?.sequence ?? 0);
        if (own > newestKept) entry.kept = { value, sequence: own };
        return entry.kept?.value ?? value;
      } catch (error) {
        if (isNewestEnded() && !isPrefetch) noteFailure(entry, { sequence: own, error });
        // A newer load has succeeded already: whoever waits for this one is served with what that one brought.
        if (entry.kept !== undefined && entry.kept.sequence > own) return entry.kept.value;
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
    if (failure !== undefined && passedMs < failure.memoryMs) throw tellLater(failure.error, passedMs);
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

  async function get(key: string, load: Load<T>, patienceMs: (value: T, now: Moment) => number): Promise<Cached<T>> {
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
    // Judged anew where none came: time has passed, and the clock may have been set.
    return newer === undefined ? get(key, load, () => 0) : { value: newer.value, source: 'loaded' };
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
    const { value } = await get(key, load, () => 0);
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
    get: (key, load, patienceMs = () => 0) => get(key, load, patienceMs),
    replace,
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

/** An entry that is being loaded stays: the next caller would not find it, and load it a second time. */
function evictOldest<T>(entries: Map<string, Entry<T>>, candidates: Iterable<[string, Entry<T>]>): void {
  for (const [key, { flight }] of candidates) {
    if (flight !== undefined) continue;
    entries.delete(key);
    return;
  }
}
