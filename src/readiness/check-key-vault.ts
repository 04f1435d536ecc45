import type { Clock } from '../clock.ts';
import { certificateNamesOf, secretNamesOf } from '../config/profiles/profile.ts';
import { isTransient } from '../errors.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { VaultCertificate } from '../secrets/certificate-store.ts';
import type { Secret } from '../secrets/secret-store.ts';
import { findFlaw, storeAgainHint } from '../secrets/stored-value.ts';
import type { VaultObjectCache } from '../secrets/vault-object-cache.ts';
import {
  daysUntil,
  NEAR_EXPIRY_DAYS,
  RENEWAL_HINTS,
  type VaultObject,
  type VaultObjectKind,
} from '../secrets/vault-object.ts';
import type { CookieKeys } from '../sign-in/cookie-keys.ts';
import { createBudget } from '../upstream/budget.ts';
import { describeFailure, type Finding } from './check.ts';

export interface KeyVaultCheckDependencies {
  readonly clock: Clock;
  readonly profiles: Profiles;
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly cookieKeys: CookieKeys;
}

/** Every secret and certificate that a profile reads, each once, and the cookie key if people sign in. */
export async function checkKeyVault(dependencies: KeyVaultCheckDependencies): Promise<readonly Finding[]> {
  const { profiles, secrets, certificates, cookieKeys, clock } = dependencies;
  const settings = profiles.all.map((profile) => profile.settings);
  const findings = await Promise.all([
    ...unique(settings.flatMap(secretNamesOf)).map((name) => checkSecret(name, secrets, clock)),
    ...unique(settings.flatMap(certificateNamesOf)).map((name) => checkVaultObject(name, certificates, clock)),
    ...(settings.some(({ grant }) => grant === 'authorization_code') ? [checkCookieKey(cookieKeys)] : []),
  ]);
  return findings.length > 0 ? findings : [{ status: 'pass', output: 'Not needed: no profile reads from Key Vault.' }];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** A secret whose value is obviously wrong is only a warning: the issuer's answer shows whether it works. */
async function checkSecret(name: string, secrets: VaultObjectCache<Secret>, clock: Clock): Promise<Finding> {
  const finding = await checkVaultObject(name, secrets, clock);
  const held = secrets.peek(name);
  const flaw = held === undefined ? undefined : findFlaw(held);
  if (flaw === undefined || finding.status === 'fail') return finding;
  const output = `The value of the secret "${name}" in Key Vault ${flaw}. ${finding.output ?? ''}`.trim();
  return { ...finding, status: 'warn', output, hint: storeAgainHint(name) };
}

/** Reads a secret or certificate again and says how many days it is still valid. */
async function checkVaultObject<T extends VaultObject>(
  name: string,
  objects: VaultObjectCache<T>,
  clock: Clock,
): Promise<Finding> {
  const { kind } = objects;
  try {
    const { expiresOnMs } = await objects.reread(name, clock.now(), createBudget(clock));
    return describeExpiry(kind, name, daysUntil(expiresOnMs, clock.now().wallMs));
  } catch (error) {
    if (objects.peek(name) === undefined) return describeFailure(error, 'fail');
    const finding = describeFailure(error, isTransient(error) ? 'warn' : 'fail');
    return { ...finding, output: `${finding.output ?? ''} The app still uses the ${kind} that it read before.` };
  }
}

/** Checks that cookies can be encrypted: it is not enough that the secret exists. */
async function checkCookieKey(cookieKeys: CookieKeys): Promise<Finding> {
  try {
    await cookieKeys.newest();
    return { status: 'pass', output: 'Sign-in cookies can be encrypted.' };
  } catch (error) {
    return describeFailure(error, 'fail');
  }
}

function describeExpiry(kind: VaultObjectKind, name: string, secretExpiresInDays: number | undefined): Finding {
  if (secretExpiresInDays === undefined) {
    return {
      status: 'pass',
      output: `The ${kind} "${name}" can be read. It has no expiry date in Key Vault, so no check can warn before it expires.`,
      hint: `Set a date: az keyvault ${kind} set-attributes --expires ...`,
    };
  }
  const output =
    secretExpiresInDays < 0
      ? `The ${kind} "${name}" has expired, according to its date in Key Vault.`
      : `The ${kind} "${name}" expires in ${secretExpiresInDays} days.`;
  return secretExpiresInDays < NEAR_EXPIRY_DAYS
    ? { status: 'warn', secretExpiresInDays, output, hint: RENEWAL_HINTS[kind] }
    : { status: 'pass', secretExpiresInDays, output };
}
