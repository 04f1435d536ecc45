import { hkdfSync } from 'node:crypto';
import { HOUR_MS } from '../durations.ts';
import { ServiceError } from '../errors.ts';
import { createPeriodicCache } from '../periodic-cache.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Secret } from '../secrets/secret.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import type { WarmCacheDependencies } from '../warm-cache.ts';

/**
 * What cookies are sealed with: the newest version of a secret in Key Vault seals, every enabled one opens.
 *
 * Both throw `secret_unavailable` where there is no such secret or its newest version is too short, or what the vault throws.
 */
export interface CookieKeys {
  newest(): Promise<CookieKey>;
  /** The key of that version; undefined where there is none, or none that is enabled. */
  find(version: string): Promise<CookieKey | undefined>;
}

export interface CookieKey {
  readonly version: string;
  /** 256 bits, for A256GCM. */
  readonly bytes: Uint8Array;
}

/** The newest first. */
type KeyRing = readonly [CookieKey, ...CookieKey[]];

const LEAST_SECRET_CHARACTERS = 32;
/** A cookie is good for days: nobody needs more versions than this to be still open. */
const MAX_VERSIONS = 10;

export interface CookieKeysOptions extends WarmCacheDependencies {
  readonly secretName: string;
}

export function createCookieKeys(store: SecretStore, options: CookieKeysOptions): CookieKeys {
  const { secretName, ...dependencies } = options;
  const rings = createPeriodicCache<KeyRing>({ periodMs: HOUR_MS, ...dependencies });
  const load = (): Promise<KeyRing> => readKeyRing(store, secretName, createBudget(dependencies.clock));
  const findIn = (ring: KeyRing, version: string): CookieKey | undefined => ring.find((key) => key.version === version);
  return {
    newest: async () => (await rings.get(secretName, load))[0],
    find: async (version) =>
      findIn(await rings.get(secretName, load), version) ?? findIn(await rings.lookAgain(secretName, load), version),
  };
}

async function readKeyRing(store: SecretStore, secretName: string, budget: Budget): Promise<KeyRing> {
  const versions = (await store.readVersions(secretName, budget)).slice(0, MAX_VERSIONS);
  const [newest, ...older] = await Promise.all(versions.map(({ version }) => store.read(secretName, budget, version)));
  if (newest === undefined) throw unavailable(secretName, 'has no enabled version');
  if (!isLongEnough(newest)) throw unavailable(secretName, `is shorter than ${LEAST_SECRET_CHARACTERS} characters`);
  // An older one that is too short never sealed anything: it must not be in the way of the one that mended that.
  return [deriveKey(newest), ...older.filter(isLongEnough).map(deriveKey)];
}

/** HKDF (RFC 5869): whatever the secret looks like, the key has 256 bits, and is of use for these cookies alone. */
function deriveKey({ version, value }: Secret): CookieKey {
  return { version, bytes: new Uint8Array(hkdfSync('sha256', value, '', 'powerbi-token-function sign-in cookie', 32)) };
}

function isLongEnough({ value }: Secret): boolean {
  return value.length >= LEAST_SECRET_CHARACTERS;
}

function unavailable(secretName: string, problem: string): ServiceError {
  return new ServiceError('secret_unavailable', `The secret "${secretName}" in Key Vault ${problem}.`, {
    hint: 'Store a random one: az keyvault secret set --name ' + secretName + ' --value "$(openssl rand -base64 48)"',
  });
}
