import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { DAY_MS } from '../durations.ts';
import type { Log } from '../log.ts';
import { daysUntil, NEAR_EXPIRY_DAYS, type Secret } from './secret.ts';

/** Logs once a day and secret, thirty days ahead, so that somebody renews it before callers notice. */
export function createExpiryWarning({ clock, log }: { clock: Clock; log: Log }): (secret: Secret) => void {
  const warnedAt = new Map<string, Moment>();
  return (secret) => {
    const now = clock.now();
    const left = daysUntil(secret.expiresOnMs, now.wallMs);
    if (left === undefined || left >= NEAR_EXPIRY_DAYS) return;
    const warned = warnedAt.get(secret.name);
    if (warned !== undefined && elapsedMs(warned, now) < DAY_MS) return;
    warnedAt.set(secret.name, now);
    log.warn({
      event: 'secret.near_expiry',
      secret: secret.name,
      days_left: left,
      hint: 'Create a new client secret in Entra and store it as a new version: az keyvault secret set --expires ...',
    });
  };
}
