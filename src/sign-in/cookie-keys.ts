import { hkdfSync } from 'node:crypto';
import { HOUR_MS } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import type { Secret, SecretStore } from '../secrets/secret-store.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

/**
 * The keys of the sign-in cookies: the newest version of a secret in Key Vault encrypts, every enabled version decrypts.
 *
 * Both throw `secret_unavailable` if there is no such secret or its newest version is empty or too short, or what the vault
 * throws.
 */
export interface CookieKeys {
  newest(): Promise<CookieKey>;
  /** The key of that version; undefined if the version does not exist, is disabled, or is too short to be a key. */
  find(version: string): Promise<CookieKey | undefined>;
}

export interface CookieKey {
  readonly version: string;
  /** 256 bits, for A256GCM. */
  readonly bytes: Uint8Array;
}

interface KeyRing {
  readonly newest: CookieKey;
  /** Every enabled version. Older ones are read when a cookie names them. */
  readonly versions: ReadonlySet<string>;
}

const LEAST_SECRET_CHARACTERS = 32;

export interface CookieKeysOptions extends CacheDependencies {
  readonly secretName: string;
}

export function createCookieKeys(store: SecretStore, options: CookieKeysOptions): CookieKeys {
  const { secretName, ...dependencies } = options;
  const rings = createPeriodicCache<KeyRing>({ periodMs: HOUR_MS, ...dependencies });
  // A version never changes.
  const older = createPeriodicCache<CookieKey>({ periodMs: Infinity, ...dependencies });

  async function readKey(version: string, budget: Budget): Promise<CookieKey> {
    const secret = await store.read(secretName, budget, version);
    if (secret.value.length >= LEAST_SECRET_CHARACTERS) return deriveKey(secret);
    throw unavailable(secretName, `is shorter than ${LEAST_SECRET_CHARACTERS} characters`);
  }

  async function loadRing(): Promise<KeyRing> {
    const budget = createBudget(dependencies.clock);
    const versions = (await store.readVersions(secretName, budget)).map(({ version }) => version);
    const [newest] = versions;
    if (newest === undefined) throw unavailable(secretName, 'has no enabled version');
    return { newest: await readKey(newest, budget), versions: new Set(versions) };
  }

  async function findOlder(version: string): Promise<CookieKey | undefined> {
    try {
      return await older.get(version, () => readKey(version, createBudget(dependencies.clock)));
    } catch (error) {
      // A version that is empty or too short never encrypted a cookie. It is ignored, so that its replacement is used.
      if (error instanceof ServiceError && error.code === 'secret_unavailable') return undefined;
      throw error;
    }
  }

  return {
    newest: async () => (await rings.get(secretName, loadRing)).newest,
    async find(version) {
      const held = await rings.get(secretName, loadRing);
      const ring = held.versions.has(version) ? held : await rings.reloadMissing(secretName, loadRing);
      if (version === ring.newest.version) return ring.newest;
      return ring.versions.has(version) ? findOlder(version) : undefined;
    },
  };
}

/** HKDF (RFC 5869): with any secret the key has 256 bits and is only for these cookies. */
function deriveKey({ version, value }: Secret): CookieKey {
  return { version, bytes: new Uint8Array(hkdfSync('sha256', value, '', 'powerbi-token-function sign-in cookie', 32)) };
}

function unavailable(secretName: string, problem: string): ServiceError {
  return new ServiceError('secret_unavailable', `The secret "${secretName}" in Key Vault ${problem}.`, {
    hint: 'Store a random value: az keyvault secret set --name ' + secretName + ' --value "$(openssl rand -base64 48)"',
  });
}
