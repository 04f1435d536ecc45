import type { Clock } from '../clock.ts';
import { isTransient } from '../errors.ts';
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

/** Reads a secret or a certificate anew, and tells how long it is still good. */
export async function checkVaultObject<T extends VaultObject>(
  name: string,
  objects: VaultObjectCache<T>,
  clock: Clock,
): Promise<Finding> {
  const { kind } = objects;
  try {
    const { expiresOnMs } = await objects.reread(name, clock.now(), createBudget(clock));
    return describeExpiry(kind, name, daysUntil(expiresOnMs, clock.now().wallMs));
  } catch (error) {
    const held = objects.peek(name);
    if (held === undefined) return describeFailure(error, 'fail');
    const finding = describeFailure(error, isTransient(error) ? 'warn' : 'fail');
    return { ...finding, output: `${finding.output ?? ''} The ${kind} that was read before is used on.` };
  }
}

/** Whether cookies can be sealed: it takes more than that the secret is there. */
export async function checkCookieKey(cookieKeys: CookieKeys): Promise<Finding> {
  try {
    await cookieKeys.newest();
    return { status: 'pass', output: 'Sign-in cookies can be sealed.' };
  } catch (error) {
    return describeFailure(error, 'fail');
  }
}

function describeExpiry(kind: VaultObjectKind, name: string, secretExpiresInDays: number | undefined): Finding {
  const what = `${kind} "${name}"`;
  if (secretExpiresInDays === undefined) {
    return {
      status: 'pass',
      output: `The ${what} has no expiry date in Key Vault, so nobody can be warned ahead.`,
      hint: `az keyvault ${kind} set-attributes --expires ...`,
    };
  }
  const output =
    secretExpiresInDays < 0
      ? `By its expiry date in Key Vault the ${what} has expired.`
      : `The ${what} expires in ${secretExpiresInDays} days.`;
  return secretExpiresInDays < NEAR_EXPIRY_DAYS
    ? { status: 'warn', secretExpiresInDays, output, hint: RENEWAL_HINTS[kind] }
    : { status: 'pass', secretExpiresInDays, output };
}
