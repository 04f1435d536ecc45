import { HOUR_MS, type Moment } from '../clock.ts';
import type { Log } from '../log.ts';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import { createExpiryLog } from './expiry-log.ts';
import type { VaultObject, VaultObjectKind, VaultObjectStore } from './vault-object.ts';

/** Caches secrets or certificates: read once, then every hour in the background, and at once when an issuer refuses one. */
export interface VaultObjectCache<T extends VaultObject> {
  readonly kind: VaultObjectKind;
  get(name: string, budget: Budget): Promise<T>;
  /** Reads again, after `since`: the version known then was refused. */
  reread(name: string, since: Moment, budget: Budget): Promise<T>;
  /** The version before `newest`, to use until the issuer knows the newest one. */
  previous(newest: T, budget: Budget): Promise<T | undefined>;
  /** The cached version, without a read. */
  peek(name: string): T | undefined;
}

export interface VaultObjectCacheOptions extends CacheDependencies {
  readonly log: Log;
}

export function createVaultObjectCache<T extends VaultObject>(
  store: VaultObjectStore<T>,
  options: VaultObjectCacheOptions,
): VaultObjectCache<T> {
  const objects = createPeriodicCache<T>({ periodMs: HOUR_MS, ...options });
  const logExpiry = createExpiryLog(store.kind, options);
  const replaced = new Map<string, T>();

  async function load(name: string, budget: Budget): Promise<T> {
    const newest = await store.read(name, budget);
    const held = objects.peek(name);
    if (held !== undefined && held.version !== newest.version) replaced.set(name, held);
    return newest;
  }

  return {
    kind: store.kind,
    async get(name, budget) {
      const object = await objects.get(name, () => load(name, budget));
      logExpiry(object);
      return object;
    },
    reread: (name, since, budget) => objects.reload(name, () => load(name, budget), since),
    async previous(newest, budget) {
      const held = replaced.get(newest.name);
      if (held !== undefined && held.version !== newest.version) return held;
      const versions = await store.readVersions(newest.name, budget);
      const before = versions.find(
        ({ version, createdOnMs = 0 }) => version !== newest.version && createdOnMs <= (newest.createdOnMs ?? Infinity),
      );
      return before === undefined ? undefined : store.read(newest.name, budget, before.version);
    },
    peek: objects.peek,
  };
}
