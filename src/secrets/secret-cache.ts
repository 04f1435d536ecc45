import type { Moment } from '../clock.ts';
import { HOUR_MS } from '../durations.ts';
import { createPeriodicCache } from '../periodic-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import type { WarmCacheDependencies } from '../warm-cache.ts';
import type { Log } from '../log.ts';
import { createExpiryWarning } from './expiry-warning.ts';
import type { SecretStore } from './secret-store.ts';
import type { Secret } from './secret.ts';

/** Secrets kept in memory: read once, read anew in the background every hour, and at once where they are refused. */
export interface SecretCache {
  get(name: string, budget: Budget): Promise<Secret>;
  /** Reads again, after `since`: what was known then has been refused. */
  reread(name: string, since: Moment, budget: Budget): Promise<Secret>;
  /** The version before `secret`: for the seconds in which the issuer does not yet know the newest. */
  previous(secret: Secret, budget: Budget): Promise<Secret | undefined>;
  /** What is held, without asking. */
  peek(name: string): Secret | undefined;
}

export interface SecretCacheOptions extends WarmCacheDependencies {
  readonly log: Log;
}

export function createSecretCache(store: SecretStore, options: SecretCacheOptions): SecretCache {
  const secrets = createPeriodicCache<Secret>({ periodMs: HOUR_MS, ...options });
  const warnOfExpiry = createExpiryWarning(options);
  const replaced = new Map<string, Secret>();

  async function load(name: string, budget: Budget): Promise<Secret> {
    const secret = await store.read(name, budget);
    const held = secrets.peek(name);
    if (held !== undefined && held.version !== secret.version) replaced.set(name, held);
    return secret;
  }

  return {
    async get(name, budget) {
      const secret = await secrets.get(name, () => load(name, budget));
      warnOfExpiry(secret);
      return secret;
    },
    reread: (name, since, budget) => secrets.reload(name, () => load(name, budget), since),
    async previous(secret, budget) {
      const held = replaced.get(secret.name);
      if (held !== undefined && held.version !== secret.version) return held;
      const versions = await store.readVersions(secret.name, budget);
      const before = versions.find(
        ({ version, createdOnMs = 0 }) => version !== secret.version && createdOnMs <= (secret.createdOnMs ?? Infinity),
      );
      return before === undefined ? undefined : store.read(secret.name, budget, before.version);
    },
    peek: secrets.peek,
  };
}
