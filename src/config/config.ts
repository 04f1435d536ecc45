import type { CallerSettings } from './caller-settings.ts';
import type { Profile } from './profile.ts';
import type { Fault } from './faults.ts';

/** All that the program was told, parsed once and frozen. What is wrong stands in it too: nothing throws at start. */
export interface Config {
  /** `AZURE_FUNCTIONS_ENVIRONMENT` is Development: hosts outside Azure's clouds and unguarded routes are allowed. */
  readonly isDevelopment: boolean;
  /** Settings that are missing or do not parse, by name: no token can be given while there is one. */
  readonly faults: readonly Fault[];
  readonly callers: CallerSettings;
  readonly identity: IdentitySettings;
  readonly keyVault: KeyVaultSettings | undefined;
  readonly powerBiApiUrl: string;
  readonly profiles: ReadonlyMap<string, Profile>;
}

export type IdentitySettings =
  { readonly kind: 'managed'; readonly clientId: string | undefined } | { readonly kind: 'developer' };

export interface KeyVaultSettings {
  readonly vaultUrl: string;
  readonly vaultScope: string;
  readonly verifyChallengeResource: boolean;
}
