import { hkdfSync } from 'node:crypto';
import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { createHourlyCache, type HourlyCacheOptions } from '../secrets/hourly-cache.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Secret } from '../secrets/secret.ts';
import { createBudget } from '../upstream/budget.ts';

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

interface KeyRing {
  readonly readAt: Moment;
  /** The newest first. */
  readonly keys: readonly [CookieKey, ...CookieKey[]];
}

const LEAST_SECRET_CHARACTERS = 32;
/** A cookie is good for days: nobody needs more versions than this to be still open. */
const MAX_VERSIONS = 10;
/** A key id that nobody knows must not be a way to let us hammer the vault. */
const LEAST_BETWEEN_READS_MS = 30_000;

export interface CookieKeysOptions extends HourlyCacheOptions {
  readonly clock: Clock;
  readonly secretName: string;
}

export function createCookieKeys(store: SecretStore, options: CookieKeysOptions): CookieKeys {
  const { clock, secretName } = options;
  const rings = createHourlyCache<KeyRing>(options);
  let lookedInVain: { readonly at: Moment; readonly error: unknown } | undefined;
  const isRecent = (moment: Moment): boolean => elapsedMs(moment, clock.now()) < LEAST_BETWEEN_READS_MS;

  async function load(): Promise<KeyRing> {
    const readAt = clock.now();
    const budget = createBudget(clock);
    const versions = await store.readVersions(secretName, budget);
    const secrets = await Promise.all(
      versions.slice(0, MAX_VERSIONS).map(({ version }) => store.read(secretName, budget, version)),
    );
    const [newest] = secrets;
    if (newest === undefined) throw unavailable(secretName, 'has no enabled version');
    if (!isLongEnough(newest)) throw unavailable(secretName, `is shorter than ${LEAST_SECRET_CHARACTERS} characters`);
    // An older one that is too short never sealed anything: it must not be in the way of the one that mended that.
    return { readAt, keys: [deriveKey(newest), ...secrets.slice(1).filter(isLongEnough).map(deriveKey)] };
  }

  /** For a key that is not known: it may have come since. */
  async function lookAgain({ readAt }: KeyRing): Promise<KeyRing> {
    if (lookedInVain !== undefined && isRecent(lookedInVain.at)) throw lookedInVain.error;
    try {
      return await rings.reload(secretName, load, readAt);
    } catch (error) {
      lookedInVain = { at: clock.now(), error };
      throw error;
    }
  }

  return {
    async newest() {
      const { keys } = await rings.get(secretName, load);
      return keys[0];
    },
    async find(version) {
      const ring = await rings.get(secretName, load);
      const known = ring.keys.find((key) => key.version === version);
      if (known !== undefined || isRecent(ring.readAt)) return known;
      const renewed = await lookAgain(ring);
      return renewed.keys.find((key) => key.version === version);
    },
  };
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
