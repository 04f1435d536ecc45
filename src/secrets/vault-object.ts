import { DAY_MS } from '../clock.ts';
import type { Budget } from '../upstream/budget.ts';

/** One version of a secret or certificate. The vault returns it whatever its dates say. */
export interface VaultObject {
  readonly name: string;
  readonly version: string;
  readonly createdOnMs: number | undefined;
  readonly expiresOnMs: number | undefined;
}

export type VaultObjectKind = 'secret' | 'certificate';

/** Reads secrets or certificates. Throws `secret_unavailable`, `upstream_unavailable`, or what the app's identity throws. */
export interface VaultObjectStore<T extends VaultObject> {
  readonly kind: VaultObjectKind;
  /** The newest version, or the one named. */
  read(name: string, budget: Budget, version?: string): Promise<T>;
  /** The enabled versions, newest first. */
  readVersions(name: string, budget: Budget): Promise<readonly VersionProperties[]>;
}

export interface VersionProperties {
  readonly version: string;
  readonly createdOnMs: number | undefined;
}

/** Days before expiry when the warnings begin, as for Key Vault's near-expiry event. */
export const NEAR_EXPIRY_DAYS = 30;

/** How an operator renews one. */
export const RENEWAL_HINTS = {
  secret:
    'Create a new client secret (Entra admin center > App registrations > Certificates & secrets) and store it as a new version, with its expiry date: ' +
    'az keyvault secret set --vault-name ... --name ... --value ... --expires ... Nothing needs to be restarted.',
  certificate:
    'Create a new version (Portal: Key vault > Certificates > New Version) and upload its public part: Entra admin center > App registrations > Certificates & secrets. ' +
    'Keep the old one there until this warning stops. Nothing needs to be restarted.',
} as const satisfies Record<VaultObjectKind, string>;

/** Whole days until an instant, rounded down; negative once it has passed, undefined without an instant. */
export function daysUntil(instantMs: number | undefined, wallMs: number): number | undefined {
  return instantMs === undefined ? undefined : Math.floor((instantMs - wallMs) / DAY_MS);
}

/** A version in the lists of the Azure SDK's clients. */
interface ListedVersion {
  readonly version?: string;
  readonly enabled?: boolean;
  readonly createdOn?: Date;
}

/** Reads the whole list: the enabled versions, newest first. */
export async function readNewestFirst(list: AsyncIterable<ListedVersion>): Promise<readonly VersionProperties[]> {
  const versions: VersionProperties[] = [];
  for await (const { version = '', enabled, createdOn } of list) {
    if (enabled !== false) versions.push({ version, createdOnMs: createdOn?.getTime() });
  }
  return versions.sort((one, other) => (other.createdOnMs ?? 0) - (one.createdOnMs ?? 0));
}
