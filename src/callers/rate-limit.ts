import { type Clock, elapsedMs, MINUTE_MS, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';

interface Bucket {
  tokens: number;
  filledAt: Moment;
}

/** The memory for buckets is limited. */
const MAX_CALLERS = 10_000;

/** The message to a refused caller. */
export interface RefusalWords {
  readonly detail: string;
  readonly hint: string;
}

export interface RateLimit {
  /** Takes a permit. Throws `rate_limited` with the seconds until the next one. */
  take(callerId: string): void;
  /** Takes a permit. False if there is none. */
  tryTake(callerId: string): boolean;
}

/** Limits the requests of each caller in a minute. Each caller has a bucket of permits that fills evenly. */
export function createRateLimit(perMinute: number, clock: Clock, words = tokenWords(perMinute)): RateLimit {
  const buckets = new Map<string, Bucket>();

  /** Milliseconds until the next permit; 0 if one was taken. */
  function take(callerId: string): number {
    const now = clock.now();
    const bucket = buckets.get(callerId) ?? { tokens: perMinute, filledAt: now };
    const refilled = bucket.tokens + (elapsedMs(bucket.filledAt, now) * perMinute) / MINUTE_MS;
    const tokens = Math.min(perMinute, refilled);
    // Rounded, because a sum of fractions can be slightly less than the whole permit that the caller has waited for.
    const waitMs = Math.round(((1 - tokens) * MINUTE_MS) / perMinute);
    if (waitMs > 0) return waitMs;
    // Deleted first, so that the map has the order of the last permits.
    buckets.delete(callerId);
    buckets.set(callerId, { tokens: tokens - 1, filledAt: now });
    removeOldest(buckets);
    return 0;
  }

  return {
    take(callerId) {
      const waitMs = take(callerId);
      if (waitMs > 0) throw refuse(waitMs, words);
    },
    tryTake: (callerId) => take(callerId) === 0,
  };
}

/** The caller of a removed bucket has a full bucket again, which is better than unlimited memory. */
function removeOldest(buckets: Map<string, Bucket>): void {
  for (const oldest of buckets.keys()) {
    if (buckets.size <= MAX_CALLERS) return;
    buckets.delete(oldest);
  }
}

function tokenWords(perMinute: number): RefusalWords {
  return {
    detail: `This caller has reached its limit of ${perMinute} requests a minute.`,
    hint: 'Keep each token until its refresh_in has passed, and ask less often for lists and the status of dataset refreshes. The operator can raise CALLER_RATE_PER_MINUTE.',
  };
}

function refuse(waitMs: number, { detail, hint }: RefusalWords): ServiceError {
  return new ServiceError('rate_limited', detail, {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    hint,
  });
}
