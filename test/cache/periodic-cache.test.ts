import { createPeriodicCache, type PeriodicCache } from '../../src/cache/periodic-cache.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const PERIOD_MS = 3_600_000;
const MAX_AGE_MS = 3 * PERIOD_MS;
const LOOK_PAUSE_MS = 30_000;

let clock: SimulatedClock;
let loads: number;
let failure: Error | undefined;
let refreshFailures: [key: string, error: unknown][];

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  [loads, failure, refreshFailures] = [0, undefined, []];
});

/** Loads are numbered. */
const load = (): Promise<string> =>
  failure === undefined ? Promise.resolve(`value ${++loads}`) : Promise.reject(failure);
const start = (options: { readonly maxAgeMs?: number } = {}): PeriodicCache<string> =>
  createPeriodicCache({
    periodMs: PERIOD_MS,
    clock,
    random: () => 0.5,
    onRefreshFailure: (key, error) => refreshFailures.push([key, error]),
    ...options,
  });

test('a value is loaded once, and again in the background after a period', async () => {
  const cache = start();
  const values = [await cache.get('key', load)];
  await clock.advance(PERIOD_MS - 1);
  values.push(await cache.get('key', load));
  await clock.settle();
  values.push(await cache.get('key', load));
  await clock.advance(1);
  values.push(await cache.get('key', load));
  await clock.settle();
  values.push(await cache.get('key', load));

  expect(values).toEqual(['value 1', 'value 1', 'value 1', 'value 1', 'value 2']);
});

test('its age counts from the beginning of its load', async () => {
  const cache = start();
  const slow = async (): Promise<string> => {
    await new Promise<void>((resolve) => clock.schedule(PERIOD_MS, resolve));
    return load();
  };
  const first = cache.get('key', slow);
  await clock.advance(PERIOD_MS);
  await first;
  await cache.get('key', load);
  await clock.settle();

  expect(cache.peek('key')).toBe('value 2');
});

test('each key has its own value; a key that was never loaded has none', async () => {
  const cache = start();
  await cache.get('one', load);
  await cache.get('two', load);

  expect(['one', 'two', 'three'].map((key) => cache.peek(key))).toEqual(['value 1', 'value 2', undefined]);
});

test('during an outage of the source, a value without a limit is used without end, and each failure is reported', async () => {
  const cache = start();
  await cache.get('key', load);
  failure = new Error('away');
  await clock.advance(1_000 * MAX_AGE_MS);

  expect(await cache.get('key', load)).toBe('value 1');
  await clock.settle();
  expect(refreshFailures).toEqual([['key', failure]]);
});

test('a value with a limit is used only until that limit', async () => {
  const cache = start({ maxAgeMs: MAX_AGE_MS });
  await cache.get('key', load);
  failure = new Error('away');
  await clock.advance(MAX_AGE_MS - 1);
  const before = await cache.get('key', load);
  await clock.settle();
  await clock.advance(1);

  expect(before).toBe('value 1');
  await expect(cache.get('key', load)).rejects.toBe(failure);
});

test('a reload returns a value whose load began after the given moment', async () => {
  const cache = start();
  await cache.get('key', load);
  const since = clock.now();
  await clock.advance(1);

  expect([await cache.reload('key', load, since), cache.peek('key')]).toEqual(['value 2', 'value 2']);
});

describe('an item that is not in the cached value', () => {
  test('causes a reload if the cached value is half a minute old', async () => {
    const cache = start();
    await cache.get('key', load);
    await clock.advance(LOOK_PAUSE_MS - 1);
    const before = await cache.reloadMissing('key', load);
    await clock.advance(1);

    expect([before, await cache.reloadMissing('key', load)]).toEqual(['value 1', 'value 2']);
  });

  test('causes the first load if nothing is cached', async () => {
    expect(await start().reloadMissing('key', load)).toBe('value 1');
    expect(loads).toBe(1);
  });

  test('causes one load for all callers', async () => {
    const cache = start();
    await cache.get('key', load);
    await clock.advance(LOOK_PAUSE_MS);

    expect(await Promise.all([1, 2, 3].map(() => cache.reloadMissing('key', load)))).toEqual(Array(3).fill('value 2'));
  });

  test('causes one load in half a minute if the load fails: in between, callers get the failure', async () => {
    const cache = start();
    await cache.get('key', load);
    await clock.advance(LOOK_PAUSE_MS);
    failure = new Error('away');
    await expect(cache.reloadMissing('key', load)).rejects.toBe(failure);
    const away = failure;
    failure = undefined;
    await clock.advance(LOOK_PAUSE_MS - 1);
    await expect(cache.reloadMissing('key', load)).rejects.toBe(away);
    await clock.advance(1);

    expect(await cache.reloadMissing('key', load)).toBe('value 2');
  });

  test('causes a reload for each key separately', async () => {
    const cache = start();
    await cache.get('one', load);
    await cache.get('two', load);
    await clock.advance(LOOK_PAUSE_MS);

    expect([await cache.reloadMissing('one', load), await cache.reloadMissing('two', load)]).toEqual([
      'value 3',
      'value 4',
    ]);
  });
});
