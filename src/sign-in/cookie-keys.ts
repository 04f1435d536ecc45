import { hkdfSync } from 'node:crypto';
import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { createHourlyCache, type HourlyCacheOptions } from '../secrets/hourly-cache.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createBudget } from '../upstream/budget.ts';

/** What cookies are sealed with: the newest version of a secret in Key Vault seals, every enabled one opens. */
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
  readonly keys: readonly CookieKey[];
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

  async function load(): Promise<KeyRing> {
    const readAt = clock.now();
    const budget = createBudget(clock);
    const versions = await store.readVersions(secretName, budget);
    const keys = await Promise.all(
      versions.slice(0, MAX_VERSIONS).map(async ({ version }) => {
        const { value } = await store.read(secretName, budget, version);
        return { version, bytes: deriveKey(secretName, value) };
      }),
    );
    return { readAt, keys };
  }

  return {
    async newest() {
      const [newest] = (await rings.get(secretName, load)).keys;
      if (newest === undefined) throw unavailable(secretName, 'has no enabled version');
      return newest;
    },
    async find(version) {
      const ring = await rings.get(secretName, load);
      const known = ring.keys.find((key) => key.version === version);
      if (known !== undefined || elapsedMs(ring.readAt, clock.now()) < LEAST_BETWEEN_READS_MS) return known;
      const renewed = await rings.reload(secretName, load, ring.readAt);
      return renewed.keys.find((key) => key.version === version);
    },
  };
}

/** HKDF (RFC 5869): whatever the secret looks like, the key has 256 bits, and is of use for these cookies alone. */
function deriveKey(secretName: string, secret: string): Uint8Array {
  if (secret.length < LEAST_SECRET_CHARACTERS) {
    throw unavailable(secretName, `is shorter than ${LEAST_SECRET_CHARACTERS} characters`);
  }
  return new Uint8Array(hkdfSync('sha256', secret, '', 'powerbi-token-function sign-in cookie', 32));
}

function unavailable(secretName: string, problem: string): ServiceError {
  return new ServiceError('secret_unavailable', `The secret "${secretName}" in Key Vault ${problem}.`, {
    hint: 'Store a random one: az keyvault secret set --name ' + secretName + ' --value "$(openssl rand -base64 48)"',
  });
}
