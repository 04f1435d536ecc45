import { ServiceError } from '../../src/errors.ts';
import type { Secret } from '../../src/secrets/secret-store.ts';
import { createVaultObjectCache, type VaultObjectCache } from '../../src/secrets/vault-object-cache.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { createModelVault, type ModelVault } from '../support/model-vault.ts';
import { recordLog } from '../support/record-log.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const first = some.secret();
const second = some.secret({ version: 'v2', value: 'second' });
const away = unavailable('is away', { service: 'key-vault' });

let clock: SimulatedClock;
let vault: ModelVault;
let log: ReturnType<typeof recordLog>;
let failures: unknown[];
let secrets: VaultObjectCache<Secret>;

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  vault = createModelVault(first);
  log = recordLog();
  failures = [];
  secrets = createVaultObjectCache(vault, {
    clock,
    random: () => 0.5,
    log,
    onRefreshFailure: (key, error) => failures.push([key, error]),
  });
});

const get = () => secrets.get(the.secretName, createBudget(clock));

test('a secret is read once for all callers within an hour', async () => {
  expect(await Promise.all(Array.from({ length: 100 }, get))).toEqual(Array.from({ length: 100 }, () => first));
  await clock.advance(HOUR_MS - 1);
  await get();
  await clock.settle();
  expect(vault.asked).toEqual(['read']);
});

test('after an hour a secret is read again in the background, and no caller waits', async () => {
  await get();
  await clock.advance(HOUR_MS);
  vault.rotate(second);
  expect(await get()).toBe(first);
  await clock.settle();
  expect([await get(), secrets.peek(the.secretName), vault.asked]).toEqual([second, second, ['read', 'read']]);
});

test('a cached secret stays in use during an outage of any length, and the operator gets a warning', async () => {
  await get();
  vault.failure = away;
  await clock.advance(30 * DAY_MS);
  expect(await get()).toBe(first);
  await clock.settle();
  expect(failures).toEqual([[the.secretName, away]]);
});

test.each([
  ['an outage', away, 1000],
  ['a refusal', new ServiceError('secret_unavailable', 'No.'), 5000],
])(
  'without a cached value %s is remembered for a while, and then the secret is requested again',
  async (_, failure, memoryMs) => {
    vault.failure = failure;
    await expect(get()).rejects.toBe(failure);
    await clock.advance(memoryMs - 1);
    await expect(get()).rejects.toBe(failure);
    expect(vault.asked).toHaveLength(1);
    await clock.advance(1);
    vault.failure = undefined;
    expect(await get()).toBe(first);
  },
);

test('a secret that was never read is not cached', () => {
  expect(secrets.peek(the.secretName)).toBeUndefined();
});

describe('the version before', () => {
  const previous = (secret = second) => secrets.previous(secret, createBudget(clock));

  test('is the one that was cached before the rotation, without a request', async () => {
    await get();
    vault.rotate(second);
    await secrets.reread(the.secretName, clock.now(), createBudget(clock));
    expect([await previous(), vault.asked]).toEqual([first, ['read', 'read']]);
  });

  test('is read from the vault if this instance never cached it', async () => {
    vault.rotate(second);
    await get();
    expect([await previous(), vault.asked]).toEqual([first, ['read', 'versions', 'read v1']]);
  });

  test('is undefined if there is only one version', async () => {
    expect([await previous(first), vault.asked]).toEqual([undefined, ['versions']]);
  });

  test('is never one that was created later', async () => {
    vault.versions = [some.secret({ version: 'v3', createdOnMs: (first.createdOnMs ?? 0) + 1 }), first];
    expect(await previous(first)).toBeUndefined();
  });

  test('is also found if the vault does not return when its versions were created', async () => {
    vault.versions = [
      { ...second, createdOnMs: undefined },
      { ...first, createdOnMs: undefined },
    ];
    expect(await previous({ ...second, createdOnMs: undefined })).toMatchObject({ version: 'v1' });
  });
});

describe('a secret that is about to expire', () => {
  const expiring = (inMs: number) => {
    vault.versions = [some.secret({ expiresOnMs: the.startMs + inMs })];
  };

  test('is logged for the operator once a day, with the days that are left', async () => {
    expiring(29.5 * DAY_MS);
    for (let hour = 0; hour < 49; hour++) {
      await get();
      await clock.advance(HOUR_MS);
    }
    expect(log.lines.map(({ days_left }) => days_left)).toEqual([29, 28, 27]);
    expect(log.lines[0]).toEqual({
      level: 'warn',
      event: 'secret.near_expiry',
      secret: the.secretName,
      days_left: 29,
      hint: expect.stringContaining('az keyvault secret set') as string,
    });
  });

  test('is also logged after it has expired', async () => {
    expiring(-1);
    await get();
    expect(log.lines).toMatchObject([{ days_left: -1 }]);
  });

  test.each([
    ['in thirty days', 30 * DAY_MS],
    ['in a year', 365 * DAY_MS],
  ])('%s causes no warning, as in readiness: the log has only the remaining days', async (_, inMs) => {
    expiring(inMs);
    await get();
    expect(log.lines).toEqual([
      { level: 'info', event: 'secret.expiry', secret: the.secretName, days_left: inMs / DAY_MS },
    ]);
  });

  test('causes no warning if it has no expiry date', async () => {
    vault.versions = [some.secret({ expiresOnMs: undefined })];
    await get();
    expect(log.lines).toEqual([]);
  });
});
