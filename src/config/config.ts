import type { CallerSettings } from './caller-settings.ts';
import type { Cloud } from './clouds.ts';
import type { Profile } from './profiles/profile.ts';
import type { Fault } from './faults.ts';
import type { PublicAddress } from './read-public-address.ts';
import type { Grant } from './profiles/grant.ts';

/** The settings and profiles.json, parsed once. An error in them is a value, not an exception, so that the app can report it. */
export type Config = SoundConfig | FaultyConfig;

/** Every setting is valid. Single profiles may still have errors. */
export interface SoundConfig extends ReadableConfig {
  readonly kind: 'sound';
  readonly identity: IdentitySettings;
  readonly keyVault: KeyVaultSettings | undefined;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly signIn: SignInSettings;
}

/** A setting is missing or invalid. Nothing that could issue a token is built from it. */
export interface FaultyConfig extends ReadableConfig {
  readonly kind: 'faulty';
}

interface ReadableConfig {
  /** Settings that are missing or invalid; empty in a sound configuration. */
  readonly faults: readonly Fault[];
  readonly callers: CallerSettings;
  /** The cloud of POWERBI_CLOUD, with what overrides it. */
  readonly cloud: Cloud;
  /** Profiles with errors. The others work. */
  readonly profileFaults: ReadonlyMap<string, readonly Fault[]>;
  /** Who may do what; undefined if the operator wrote no grants. An empty list allows nothing. */
  readonly grants: readonly Grant[] | undefined;
  readonly isProxyIgnored: boolean;
  readonly publicAddress: PublicAddress;
}

export type IdentitySettings =
  | {
      readonly kind: 'managed';
      readonly endpoint: string;
      readonly header: string;
      /** AZURE_CLIENT_ID: a user-assigned identity; undefined for the system-assigned one. */
      readonly clientId: string | undefined;
    }
  | { readonly kind: 'developer' };

/** What the `/auth` routes need. */
export interface SignInSettings {
  /** Origins that `return_to` may name. */
  readonly returnOrigins: readonly string[];
  readonly cookieSecretName: string;
}

export interface KeyVaultSettings {
  readonly vaultUrl: string;
  readonly vaultScope: string;
  readonly verifyChallengeResource: boolean;
}
