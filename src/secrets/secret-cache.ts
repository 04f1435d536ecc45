import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { isTransient } from '../errors.ts';
import type { Budget } from '../upstream/budget.ts';
import { createWarmCache } from '../warm-cache.ts';
import type { SecretStore } from './key-vault.ts';
import { daysLeft, type Secret } from './secret.ts';
import type { Log } from '../log.ts';

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

export interface SecretCacheOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onRefreshFailure: (key: string, error: unknown) => void;
}

interface KeptSecret {
  readonly secret: Secret;
  readonly readAt: Moment;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEAR_EXPIRY_DAYS = 30;
const REFUSAL_MEMORY_MS = 5_000;
const OUTAGE_MEMORY_MS = 1_000;

/** A secret that is held is served on however long the vault is away: the issuer alone decides whether it is still good. */
export function createSecretCache(store: SecretStore, options: SecretCacheOptions): SecretCache {
  const { clock, random, log, onRefreshFailure } = options;
  const secrets = createWarmCache<KeptSecret>({
    clock,
    random,
    freshness: { shouldRefresh: ({ readAt }, now) => elapsedMs(readAt, now) >= HOUR_MS, mustRefresh: () => false },
    failureMemoryMs: (error) => (isTransient(error) ? OUTAGE_MEMORY_MS : REFUSAL_MEMORY_MS),
    onRefreshFailure,
  });
  const replaced = new Map<string, Secret>();
  const warnedAt = new Map<string, Moment>();

  async function load(name: string, budget: Budget): Promise<KeptSecret> {
    const readAt = clock.now();
    const secret = await store.read(name, budget);
    const held = secrets.peek(name)?.secret;
    if (held !== undefined && held.version !== secret.version) replaced.set(name, held);
    return { secret, readAt };
  }

  /** Once a day and secret, thirty days ahead, so that somebody renews it before callers notice. */
  function warnOfExpiry(secret: Secret): void {
    const now = clock.now();
    const left = daysLeft(secret, now.wallMs);
    if (left === undefined || left >= NEAR_EXPIRY_DAYS) return;
    const warned = warnedAt.get(secret.name);
    if (warned !== undefined && elapsedMs(warned, now) < DAY_MS) return;
    warnedAt.set(secret.name, now);
    log.warn({
      event: 'secret.near_expiry',
      secret: secret.name,
      days_left: left,
      hint: 'Create a new client secret in Entra and store it as a new version: az keyvault secret set --expires ...',
    });
  }

  return {
    async get(name, budget) {
      const { secret } = (await secrets.get(name, () => load(name, budget))).value;
      warnOfExpiry(secret);
      return secret;
    },
    async reread(name, since, budget) {
      return (await secrets.reload(name, () => load(name, budget), since)).secret;
    },
    async previous(secret, budget) {
      const held = replaced.get(secret.name);
      if (held !== undefined && held.version !== secret.version) return held;
      const versions = await store.readVersions(secret.name, budget);
      const before = versions.find(
        ({ version, createdOnMs = 0 }) => version !== secret.version && createdOnMs <= (secret.createdOnMs ?? Infinity),
      );
      return before === undefined ? undefined : store.readVersion(secret.name, before.version, budget);
    },
    peek: (name) => secrets.peek(name)?.secret,
  };
}
