import type { CallerSettings } from './caller-settings.ts';
import type { Cloud } from './clouds.ts';
import type { Profile } from './profiles/profile.ts';
import type { Fault } from './faults.ts';
import type { Grant } from './profiles/profiles-schema.ts';

/** All that the program was told, parsed once. What is wrong stands in it too: nothing throws at start. */
export interface Config {
  /** Settings that are missing or do not parse, by name: no token can be given while there is one. */
  readonly faults: readonly Fault[];
  readonly callers: CallerSettings;
  readonly identity: IdentitySettings;
  readonly keyVault: KeyVaultSettings | undefined;
  /** The cloud of POWERBI_CLOUD, with what overrides it. */
  readonly cloud: Cloud;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Profiles that cannot be served, with what is wrong with them; the others work. */
  readonly profileFaults: ReadonlyMap<string, readonly Fault[]>;
  /** Who may do what; with none at all, whoever passed may have the token of `default`. */
  readonly grants: readonly Grant[];
  readonly signIn: SignInSettings;
  readonly isProxyIgnored: boolean;
}

export type IdentitySettings =
  { readonly kind: 'managed'; readonly clientId: string | undefined } | { readonly kind: 'developer' };

/** What the `/auth` routes need; the redirect URI is there wherever a profile signs people in. */
export interface SignInSettings {
  readonly redirectUri: string | undefined;
  /** Origins that `return_to` may name. */
  readonly returnOrigins: readonly string[];
  readonly cookieSecretName: string;
}

export interface KeyVaultSettings {
  readonly vaultUrl: string;
  readonly vaultScope: string;
  readonly verifyChallengeResource: boolean;
}
