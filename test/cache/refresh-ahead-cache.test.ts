import { elapsedMs, type Moment } from '../../src/clock.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import {
  createRefreshAheadCache,
  type RefreshAheadCache,
  type RefreshAheadCacheOptions,
} from '../../src/cache/refresh-ahead-cache.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

interface Kept {
  readonly name: string;
  readonly loadedAt: Moment;
}

/** Refreshed after a minute, unusable after two. */
const REFRESH_AFTER_MS = 60_000;
const GOOD_FOR_MS = 120_000;
const FAILURE_MEMORY_MS = 10_000;

let clock: SimulatedClock;
let refreshFailures: [key: string, error: unknown][];

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  refreshFailures = [];
});

function createCache(options: Partial<RefreshAheadCacheOptions<Kept>> = {}): RefreshAheadCache<Kept> {
  return createRefreshAheadCache<Kept>({
    clock,
    random: () => 0.5,
    freshness: {
      shouldRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= REFRESH_AFTER_MS,
      mustRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= GOOD_FOR_MS,
    },
    refusalMemoryMs: FAILURE_MEMORY_MS,
    onRefreshFailure: (key, error) => {
      refreshFailures.push([key, error]);
    },
    ...options,
  });
}

/** An upstream. The test decides when each load ends, and how. */
function createUpstream(): {
  load: () => Promise<Kept>;
  readonly loads: { give: (name: string) => void; fail: (error: unknown) => void }[];
} {
  const loads: { give: (name: string) => void; fail: (error: unknown) => void }[] = [];
  return {
    loads,
    load: () =>
      new Promise((resolve, reject) => {
        loads.push({
          give: (name) => {
            resolve({ name, loadedAt: clock.now() });
          },
          fail: reject,
        });
      }),
  };
}

const giving = (name: string) => () => Promise.resolve({ name, loadedAt: clock.now() });
const failing = (error: Error) => () => Promise.reject(error);
const nameOf = async (warm: Promise<{ value: Kept; source: string }>): Promise<string> => {
  const { value, source } = await warm;
  return `${value.name}, ${source}`;
};

test('a thousand callers of an empty cache share one load', async () => {
  const cache = createCache();
  const upstream = createUpstream();
  const callers = Array.from({ length: 1000 }, () => nameOf(cache.get('key', upstream.load)));
  await clock.settle();
  expect(upstream.loads).toHaveLength(1);
  upstream.loads[0]?.give('first');
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['first, loaded']));
});

test('a fresh value is returned without a load', async () => {
  const cache = createCache();
  await cache.get('key', giving('first'));
  await clock.advance(REFRESH_AFTER_MS - 1);
  expect(await nameOf(cache.get('key', failing(new Error('not to be asked'))))).toBe('first, hit');
  await clock.settle();
  expect(refreshFailures).toEqual([]);
});

test('a value past its refresh age is returned at once and refreshed once in the background', async () => {
  const cache = createCache();
  const upstream = createUpstream();
  await cache.get('key', giving('first'));
  await clock.advance(REFRESH_AFTER_MS);
  expect(await Promise.all([1, 2, 3].map(() => nameOf(cache.get('key', upstream.load))))).toEqual([
    'first, hit',
    'first, hit',
    'first, hit',
  ]);
  await clock.settle();
  expect(upstream.loads).toHaveLength(1);
  upstream.loads[0]?.give('second');
  await clock.settle();
  expect(await nameOf(cache.get('key', upstream.load))).toBe('second, hit');
});

test('a failed refresh is reported once, and the pauses before the next attempts grow to five minutes', async () => {
  const cache = createCache({
    refusalMemoryMs: 0,
    freshness: { shouldRefresh: () => true, mustRefresh: () => false },
  });
  await cache.get('key', giving('first'));
  const triedAtSeconds: number[] = [];
  const startMs = clock.now().monotonicMs;
  for (let second = 0; second < 1300; second++) {
    await cache.get('key', () => {
      triedAtSeconds.push((clock.now().monotonicMs - startMs) / 1000);
      return Promise.reject(new Error('away'));
    });
    await clock.advance(1000);
  }
  const pauses = triedAtSeconds.slice(1).map((at, index) => at - (triedAtSeconds[index] ?? 0));
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  expect(refreshFailures).toHaveLength(triedAtSeconds.length);
});

test('jitter changes each pause by up to a quarter of its length, up or down', async () => {
  const pauses = await Promise.all(
    [0, 1].map(async (random) => {
      const cache = createCache({
        random: () => random,
        refusalMemoryMs: 0,
        freshness: { shouldRefresh: () => true, mustRefresh: () => false },
      });
      await cache.get('key', giving('first'));
      await cache.get('key', failing(new Error('away')));
      await clock.settle();
      return cache;
    }),
  );
  const askedAfterMs: (number | undefined)[] = [undefined, undefined];
  for (let passedMs = 0; passedMs <= 7_000; passedMs += 250) {
    for (const [index, cache] of pauses.entries()) {
      await cache.get('key', () => {
        askedAfterMs[index] ??= passedMs;
        return Promise.reject(new Error('away'));
      });
    }
    await clock.advance(250);
  }
  expect(askedAfterMs).toEqual([3_750, 6_250]);
});

test('callers wait for a new value once the cached one has expired', async () => {
  const cache = createCache();
  await cache.get('key', giving('first'));
  await clock.advance(GOOD_FOR_MS);
  expect(await nameOf(cache.get('key', giving('second')))).toBe('second, loaded');
});

test('without a cached value a failure is remembered for its time, then the value is requested again', async () => {
  const cache = createCache();
  const away = new Error('away');
  let asked = 0;
  const load = (): Promise<Kept> => {
    asked++;
    return Promise.reject(away);
  };
  await expect(cache.get('key', load)).rejects.toBe(away);
  await clock.advance(FAILURE_MEMORY_MS - 1);
  await expect(cache.get('key', load)).rejects.toBe(away);
  expect(asked).toBe(1);
  await clock.advance(1);
  await expect(cache.get('key', load)).rejects.toBe(away);
  expect(asked).toBe(2);
  expect(cache.lastFailure('key')).toBe(away);
});

test('the Retry-After of a remembered failure counts down', async () => {
  const cache = createCache();
  const busy = unavailable('is busy', { service: 'issuer' }, { retryAfterSeconds: 120 });
  await expect(cache.get('key', failing(busy))).rejects.toBe(busy);
  await clock.advance(110_000);
  await expect(cache.get('key', giving('first'))).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: busy.message,
    hint: busy.hint,
    retryAfterSeconds: 10,
  });
  await clock.advance(10_000);
  expect(await nameOf(cache.get('key', giving('first')))).toBe('first, loaded');
});

test('a success clears the failure before it', async () => {
  const cache = createCache({ refusalMemoryMs: 0 });
  await expect(cache.get('key', failing(new Error('away')))).rejects.toThrow('away');
  await cache.get('key', giving('first'));
  expect(cache.lastFailure('key')).toBeUndefined();
});

describe('a caller who waits for a newer value', () => {
  const PATIENCE_MS = 3_000;
  const patient = (): number => PATIENCE_MS;
  const away = new Error('away');

  test('gets it if it arrives in time', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    await cache.get('key', giving('first'));
    const answer = nameOf(cache.get('key', upstream.load, patient));
    await clock.advance(PATIENCE_MS - 1);
    upstream.loads[0]?.give('second');
    expect(await answer).toBe('second, loaded');
  });

  test('gets the cached value when its patience ends, and the load goes on for later callers', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    await cache.get('key', giving('first'));
    const answers = Promise.all([1, 2].map(() => nameOf(cache.get('key', upstream.load, patient))));
    await clock.advance(PATIENCE_MS);
    expect(await answers).toEqual(['first, hit', 'first, hit']);
    upstream.loads[0]?.give('second');
    await clock.settle();
    expect(await nameOf(cache.get('key', upstream.load))).toBe('second, hit');
    expect(upstream.loads).toHaveLength(1);
  });

  test('gets the cached value at once if the load fails, and during the pause after it; the failure is reported once', async () => {
    const cache = createCache({ refusalMemoryMs: 0 });
    await cache.get('key', giving('first'));
    const failed = Promise.all([1, 2].map(() => nameOf(cache.get('key', failing(away), patient))));
    expect(await failed).toEqual(['first, hit', 'first, hit']);
    expect(refreshFailures).toEqual([['key', away]]);
    await clock.advance(4_999);
    const upstream = createUpstream();
    expect(await nameOf(cache.get('key', upstream.load, patient))).toBe('first, hit');
    expect(upstream.loads).toEqual([]);
    await clock.advance(1);
    expect(await nameOf(cache.get('key', giving('second'), patient))).toBe('second, loaded');
  });

  test('keeps waiting if the clock was set forward meanwhile and the cached value has expired', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    await cache.get('key', giving('first'));
    const answer = nameOf(cache.get('key', upstream.load, patient));
    await clock.settle();
    clock.jumpWall(GOOD_FOR_MS);
    await clock.advance(PATIENCE_MS);
    upstream.loads[0]?.give('second');
    expect(await answer).toBe('second, loaded');
  });
});

describe('overlapping loads', () => {
  test('a reload joins a load that began after the given moment', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const since = clock.now();
    await clock.advance(1);
    const one = cache.reload('key', upstream.load, since);
    const other = cache.reload('key', upstream.load, since);
    await clock.settle();
    upstream.loads[0]?.give('first');
    expect([(await one).name, (await other).name]).toEqual(['first', 'first']);
    expect(upstream.loads).toHaveLength(1);
  });

  test('a reload does not join an earlier load, which may return the refused value', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    await clock.advance(1);
    const late = cache.reload('key', upstream.load, clock.now());
    await clock.settle();
    upstream.loads[0]?.give('old');
    upstream.loads[1]?.give('new');
    expect([await nameOf(early), (await late).name]).toEqual(['old, loaded', 'new']);
  });

  test('an older load that ends later does not overwrite the newer value, and no caller gets its value', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    const late = cache.reload('key', upstream.load, clock.now());
    await clock.settle();
    upstream.loads[1]?.give('new');
    expect((await late).name).toBe('new');
    upstream.loads[0]?.give('old');
    expect(await nameOf(early)).toBe('new, loaded');
    expect(cache.peek('key')?.name).toBe('new');
  });

  test('an older load that fails later does not invalidate the newer value, which its callers get instead', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    const late = cache.reload('key', upstream.load, clock.now());
    await clock.settle();
    upstream.loads[1]?.give('new');
    await late;
    upstream.loads[0]?.fail(new Error('away'));
    expect(await nameOf(early)).toBe('new, loaded');
    expect(cache.lastFailure('key')).toBeUndefined();
  });

  test('an older load that fails first does not hide the newer one: later callers join that one', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    const late = cache.reload('key', upstream.load, clock.now());
    await clock.settle();
    const away = new Error('away');
    upstream.loads[0]?.fail(away);
    await expect(early).rejects.toBe(away);
    const joined = cache.get('key', failing(new Error('not to be asked')));
    upstream.loads[1]?.give('new');
    expect([await nameOf(joined), (await late).name]).toEqual(['new, loaded', 'new']);
  });

  test('an older load that succeeds later does not hide the failure of the newer one', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    const late = cache.reload('key', upstream.load, clock.now());
    await clock.settle();
    const away = new Error('away');
    upstream.loads[1]?.fail(away);
    await expect(late).rejects.toBe(away);
    upstream.loads[0]?.give('old');
    expect(await nameOf(early)).toBe('old, loaded');
    expect(cache.lastFailure('key')).toBe(away);
  });
});

describe('with more keys than entries', () => {
  test('the entry with the oldest load is removed first, whatever its own age', async () => {
    const cache = createCache({ maxEntries: 2 });
    await cache.get('default', giving('first'));
    await cache.get('visitor', giving('visitor'));
    await clock.advance(GOOD_FOR_MS);
    await cache.get('default', giving('second'));
    await cache.get('newcomer', giving('newcomer'));
    expect(['default', 'visitor', 'newcomer'].map((key) => cache.peek(key)?.name)).toEqual([
      'second',
      undefined,
      'newcomer',
    ]);
  });

  test('an entry that is loading stays, so that it is not loaded twice', async () => {
    const cache = createCache({ maxEntries: 1 });
    const upstream = createUpstream();
    const early = cache.get('key', upstream.load);
    await cache.get('other', giving('other'));
    const late = cache.get('key', upstream.load);
    await clock.settle();
    expect(upstream.loads).toHaveLength(1);
    upstream.loads[0]?.give('first');
    expect([await nameOf(early), await nameOf(late)]).toEqual(['first, loaded', 'first, loaded']);
  });
});

test('if an owner has more keys than allowed, its oldest entry is evicted, and no entry of another owner', async () => {
  const cache = createCache({ maxPerOwner: 2, ownerOf: (key) => key.slice(0, 1) });
  for (const key of ['b1', 'a1', 'a2', 'a3']) await cache.get(key, giving(key));
  expect(['b1', 'a1', 'a2', 'a3'].map((key) => cache.peek(key)?.name)).toEqual(['b1', undefined, 'a2', 'a3']);
});

describe('a prefetch', () => {
  const away = new Error('away');

  test('loads a value for the first caller', async () => {
    const cache = createCache();
    await cache.prefetch('key', giving('first'));
    expect(await nameOf(cache.get('key', failing(new Error('not to be asked'))))).toBe('first, hit');
  });

  test('loads nothing if there is a value, or a load that has not ended', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const caller = nameOf(cache.get('key', upstream.load));
    await cache.prefetch('key', upstream.load);
    upstream.loads[0]?.give('first');
    await caller;
    await cache.prefetch('key', upstream.load);
    expect([await caller, upstream.loads.length]).toEqual(['first, loaded', 1]);
  });

  test('is joined by the callers that come before it ends', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const prefetched = cache.prefetch('key', upstream.load);
    const caller = nameOf(cache.get('key', failing(new Error('not to be asked'))));
    await clock.settle();
    upstream.loads[0]?.give('first');
    await prefetched;
    expect(await caller).toBe('first, loaded');
  });

  test('that fails is reported and not remembered: its callers share a load of their own', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    const prefetched = cache.prefetch('key', upstream.load);
    const callers = [1, 2].map(() => nameOf(cache.get('key', upstream.load)));
    await clock.settle();
    upstream.loads[0]?.fail(away);
    await prefetched;
    await clock.settle();
    expect([refreshFailures, cache.lastFailure('key')]).toEqual([[['key', away]], undefined]);
    upstream.loads[1]?.give('second');
    expect([await Promise.all(callers), upstream.loads.length]).toEqual([['second, loaded', 'second, loaded'], 2]);
  });
});

test('a key that was never requested has no value and no failure', () => {
  const cache = createCache();
  expect([cache.peek('key'), cache.lastFailure('key')]).toEqual([undefined, undefined]);
});

describe('a value that an upstream refuses', () => {
  const isNamed =
    (name: string) =>
    (value: Kept): boolean =>
      value.name === name;

  test('is dropped at once, and all refused callers share one load of the next value', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    await cache.get('key', giving('first'));
    const refused = Array.from({ length: 100 }, () => cache.replace('key', upstream.load, isNamed('first')));
    await clock.settle();
    expect([cache.peek('key'), upstream.loads.length]).toEqual([undefined, 1]);
    upstream.loads[0]?.give('second');
    expect(new Set((await Promise.all(refused)).map((value) => value?.name))).toEqual(new Set(['second']));
  });

  test('is replaced by a newer cached value, without a load', async () => {
    const cache = createCache();
    await cache.get('key', giving('second'));
    const replacement = await cache.replace('key', failing(new Error('not to be asked')), isNamed('first'));
    expect(replacement?.name).toBe('second');
  });

  test('is replaced by a newer cached value at once, also while that one is being refreshed', async () => {
    const cache = createCache();
    await cache.get('key', giving('second'));
    await clock.advance(REFRESH_AFTER_MS);
    const replacement = cache.replace('key', createUpstream().load, isNamed('first'));
    await clock.settle();
    expect((await replacement)?.name).toBe('second');
  });

  test('is replaced by a refresh that is already running', async () => {
    const cache = createCache();
    const upstream = createUpstream();
    await cache.get('key', giving('first'));
    await clock.advance(REFRESH_AFTER_MS);
    await cache.get('key', upstream.load);
    await clock.settle();
    const replacement = cache.replace('key', failing(new Error('not to be asked')), isNamed('first'));
    upstream.loads[0]?.give('second');
    expect((await replacement)?.name).toBe('second');
  });

  test('is not replaced twice within thirty seconds: an upstream that refuses everything does not cause a load per call', async () => {
    const cache = createCache();
    await cache.get('key', giving('first'));
    await cache.replace('key', giving('second'), isNamed('first'));
    await clock.advance(29_999);
    expect(await cache.replace('key', giving('third'), isNamed('second'))).toBeUndefined();
    expect(cache.peek('key')?.name).toBe('second');
    await clock.advance(1);
    expect((await cache.replace('key', giving('third'), isNamed('second')))?.name).toBe('third');
  });

  test('has no replacement if the load returns the same value again', async () => {
    const cache = createCache();
    await cache.get('key', giving('first'));
    expect(await cache.replace('key', giving('first'), isNamed('first'))).toBeUndefined();
  });

  test('is never returned by a load that began before it', async () => {
    const cache = createCache();
    const slow = createUpstream();
    const older = cache.reload('key', slow.load, clock.now());
    await clock.settle();
    await cache.reload('key', giving('refused'), clock.now());
    const next = createUpstream();
    const replacement = cache.replace('key', next.load, isNamed('refused'));
    await clock.settle();
    slow.loads[0]?.give('older');
    expect([(await older).name, cache.peek('key')]).toEqual(['older', undefined]);
    next.loads[0]?.give('newer');
    expect([(await replacement)?.name, cache.peek('key')?.name]).toEqual(['newer', 'newer']);
  });
});
