import type { Moment } from '../clock.ts';
import { memberOf } from '../json.ts';
import { peekClaims } from '../tokens/access-token.ts';

const MAX_LIFETIME_MS = 86_400_000;
const ASSUMED_LIFETIME_MS = 300_000;

/**
 * How long a token of the identity endpoint lives from `requestedAt` on, at most a day; zero or negative if it has expired.
 *
 * `expires_on` is a string with seconds since 1970, on some hosts a number or a date. If it is missing or invalid, the token's
 * own `exp` counts, else five minutes.
 */
export function readLifetimeMs(body: unknown, { token, requestedAt }: { token: string; requestedAt: Moment }): number {
  const endsAtMs = readInstantMs(memberOf(body, 'expires_on')) ?? readInstantMs(peekClaims(token)?.exp);
  return endsAtMs === undefined ? ASSUMED_LIFETIME_MS : Math.min(MAX_LIFETIME_MS, endsAtMs - requestedAt.wallMs);
}

function readInstantMs(value: unknown): number | undefined {
  const isDate = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
  const isSeconds = typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
  const instantMs = isDate ? Date.parse(value) : isSeconds ? Number(value) * 1000 : NaN;
  return Number.isFinite(instantMs) ? instantMs : undefined;
}
