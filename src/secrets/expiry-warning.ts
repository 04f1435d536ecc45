import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { DAY_MS } from '../durations.ts';
import type { Log } from '../log.ts';
import { daysUntil, NEAR_EXPIRY_DAYS, RENEWAL_HINTS, type VaultObject, type VaultObjectKind } from './vault-object.ts';

/** Logs once a day and name, thirty days ahead, so that somebody renews it before callers notice. */
export function createExpiryWarning(
  kind: VaultObjectKind,
  { clock, log }: { clock: Clock; log: Log },
): (object: VaultObject) => void {
  const warnedAt = new Map<string, Moment>();
  return ({ name, expiresOnMs }) => {
    const now = clock.now();
    const left = daysUntil(expiresOnMs, now.wallMs);
    if (left === undefined || left >= NEAR_EXPIRY_DAYS) return;
    const warned = warnedAt.get(name);
    if (warned !== undefined && elapsedMs(warned, now) < DAY_MS) return;
    warnedAt.set(name, now);
    log.warn({
      event: 'secret.near_expiry',
      secret: name,
      days_left: left,
      hint: RENEWAL_HINTS[kind],
    });
  };
}
