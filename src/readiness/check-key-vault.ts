import type { Clock } from '../clock.ts';
import { isTransient } from '../errors.ts';
import { daysUntil, NEAR_EXPIRY_DAYS } from '../secrets/secret.ts';
import type { CertificateCache } from '../secrets/certificate-cache.ts';
import type { SecretCache } from '../secrets/secret-cache.ts';
import type { CookieKeys } from '../sign-in/cookie-keys.ts';
import { createBudget } from '../upstream/budget.ts';
import { describeFailure, type Finding } from './check.ts';

const RENEW =
  'Create a new client secret (Entra admin center > App registrations > Certificates & secrets) and store it as a new version, with its expiry date: ' +
  'az keyvault secret set --vault-name ... --name ... --value ... --expires ... Nothing needs to be restarted.';

/** Reads the secret anew, and tells how long it is still good. */
export async function checkSecret(secretName: string, secrets: SecretCache, clock: Clock): Promise<Finding> {
  try {
    const { expiresOnMs } = await secrets.reread(secretName, clock.now(), createBudget(clock));
    return describeExpiry(`secret "${secretName}"`, daysUntil(expiresOnMs, clock.now().wallMs));
  } catch (error) {
    const held = secrets.peek(secretName);
    if (held === undefined) return describeFailure(error, 'fail');
    const finding = describeFailure(error, isTransient(error) ? 'warn' : 'fail');
    return { ...finding, output: `${finding.output ?? ''} The secret that was read before is used on.` };
  }
}

/** As `checkSecret`, for a certificate. */
export async function checkCertificate(
  certificateName: string,
  certificates: CertificateCache,
  clock: Clock,
): Promise<Finding> {
  try {
    const { expiresOnMs } = await certificates.get(certificateName, createBudget(clock));
    return describeExpiry(`certificate "${certificateName}"`, daysUntil(expiresOnMs, clock.now().wallMs));
  } catch (error) {
    return describeFailure(error, 'fail');
  }
}

/** Whether cookies can be sealed: it takes more than that the secret is there. */
export async function checkCookieKey(cookieKeys: CookieKeys): Promise<Finding> {
  try {
    await cookieKeys.newest();
    return { status: 'pass' };
  } catch (error) {
    return describeFailure(error, 'fail');
  }
}

/** `what` is like `secret "name"`. */
function describeExpiry(what: string, secretExpiresInDays: number | undefined): Finding {
  if (secretExpiresInDays === undefined) {
    return {
      status: 'pass',
      output: `The ${what} has no expiry date in Key Vault, so nobody can be warned ahead.`,
      hint: 'az keyvault secret set-attributes --expires ...',
    };
  }
  if (secretExpiresInDays >= NEAR_EXPIRY_DAYS) return { status: 'pass', secretExpiresInDays };
  const output =
    secretExpiresInDays < 0
      ? `By its expiry date in Key Vault the ${what} has expired.`
      : `The ${what} expires in ${secretExpiresInDays} days.`;
  return { status: 'warn', secretExpiresInDays, output, hint: RENEW };
}
