import { type Clock, DAY_MS, elapsedMs, type Moment } from '../clock.ts';
import type { Log } from '../log.ts';
import { daysUntil, NEAR_EXPIRY_DAYS, RENEWAL_HINTS, type VaultObject, type VaultObjectKind } from './vault-object.ts';

/** Logs the days until expiry, once a day for each name. In the last thirty days it is a warning. */
export function createExpiryLog(
  kind: VaultObjectKind,
  { clock, log }: { clock: Clock; log: Log },
): (object: VaultObject) => void {
  const loggedAt = new Map<string, Moment>();
  return ({ name, expiresOnMs }) => {
    const now = clock.now();
    const left = daysUntil(expiresOnMs, now.wallMs);
    if (left === undefined) return;
    const logged = loggedAt.get(name);
    if (logged !== undefined && elapsedMs(logged, now) < DAY_MS) return;
    loggedAt.set(name, now);
    if (left >= NEAR_EXPIRY_DAYS) log.info({ event: 'secret.expiry', secret: name, days_left: left });
    else log.warn({ event: 'secret.near_expiry', secret: name, days_left: left, hint: RENEWAL_HINTS[kind] });
  };
}
