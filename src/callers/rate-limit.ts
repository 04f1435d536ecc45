import { type Clock, elapsedMs, MINUTE_MS, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';

interface Bucket {
  tokens: number;
  filledAt: Moment;
}

/** Sums of fractions end a hair beside the whole token that somebody has waited for. */
const ROUNDING = 1e-9;
/** Callers who have been away for a minute have a full bucket, and need not be remembered. */
const MAX_CALLERS = 10_000;

/** What whoever is refused is told. */
export interface RefusalWords {
  readonly detail: string;
  readonly hint: string;
}

/**
 * A limit per caller, minute and instance, as a bucket that fills evenly: `take` takes one.
 *
 * `take` throws `rate_limited` with the seconds until there is one again.
 */
export function createRateLimit(
  perMinute: number,
  clock: Clock,
  words = tokenWords(perMinute),
): { take(callerId: string): void } {
  const buckets = new Map<string, Bucket>();
  return {
    take(callerId) {
      const now = clock.now();
      const bucket = buckets.get(callerId) ?? { tokens: perMinute, filledAt: now };
      const refilled = bucket.tokens + (elapsedMs(bucket.filledAt, now) * perMinute) / MINUTE_MS;
      const tokens = Math.min(perMinute, refilled);
      if (tokens < 1 - ROUNDING) throw refuse(((1 - tokens) * MINUTE_MS) / perMinute, words);
      if (!buckets.has(callerId) && buckets.size >= MAX_CALLERS) makeRoom(buckets, now);
      buckets.set(callerId, { tokens: tokens - 1, filledAt: now });
    },
  };
}

/** Where all are busy, the one that came first starts anew: a limit that fills the memory would be worse than one that is missed. */
function makeRoom(buckets: Map<string, Bucket>, now: Moment): void {
  for (const [callerId, { filledAt }] of buckets) {
    if (elapsedMs(filledAt, now) >= MINUTE_MS) buckets.delete(callerId);
  }
  const [first] = buckets.keys();
  if (first !== undefined && buckets.size >= MAX_CALLERS) buckets.delete(first);
}

function tokenWords(perMinute: number): RefusalWords {
  return {
    detail: `This caller has had its ${perMinute} tokens for this minute.`,
    hint: 'Keep the token until refresh_in has passed instead of asking for each use; the operator may raise CALLER_RATE_PER_MINUTE.',
  };
}

function refuse(waitMs: number, { detail, hint }: RefusalWords): ServiceError {
  return new ServiceError('rate_limited', detail, {
    retryAfterSeconds: Math.ceil(Math.round(waitMs) / 1000),
    hint,
  });
}
