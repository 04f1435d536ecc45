import type { SoundConfig } from '../config/config.ts';
import { needsKeyVault } from '../config/profiles/profile.ts';
import { isTransient } from '../errors.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { Budget } from '../upstream/budget.ts';
import { describeFailure, type Finding } from './check.ts';

export interface IdentityCheckDependencies {
  readonly config: SoundConfig;
  readonly identity: AppIdentity;
  readonly profiles: Profiles;
}

/** Checks the identity that reads the vault. An identity that a profile names is checked with that profile's issuer. */
export async function checkIdentity(
  { config, identity, profiles }: IdentityCheckDependencies,
  budget: Budget,
): Promise<Finding> {
  const { keyVault } = config;
  if (keyVault === undefined || !profiles.all.some(({ settings }) => needsKeyVault(settings))) {
    return { status: 'pass', output: 'Not needed: no profile reads from Key Vault.' };
  }
  try {
    await identity.getToken(keyVault.vaultScope, budget);
    return { status: 'pass' };
  } catch (error) {
    return describeFailure(error, isTransient(error) ? 'warn' : 'fail');
  }
}
