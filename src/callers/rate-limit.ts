import { type Clock, elapsedMs, MINUTE_MS, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';

interface Bucket {
  tokens: number;
  filledAt: Moment;
}

/** A bucket is full after a minute without requests. Then it can be removed. */
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
    // Rounded: a sum of fractions may end slightly below the whole token that a caller has waited for.
    const waitMs = Math.round(((1 - tokens) * MINUTE_MS) / perMinute);
    if (waitMs > 0) return waitMs;
    if (!buckets.has(callerId) && buckets.size >= MAX_CALLERS) makeRoom(buckets, now);
    buckets.set(callerId, { tokens: tokens - 1, filledAt: now });
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

/** Removes unused buckets, else the oldest one. Its caller then has a full bucket again, which is better than unlimited memory. */
function makeRoom(buckets: Map<string, Bucket>, now: Moment): void {
  for (const [callerId, { filledAt }] of buckets) {
    if (elapsedMs(filledAt, now) >= MINUTE_MS) buckets.delete(callerId);
  }
  for (const callerId of buckets.keys()) {
    if (buckets.size < MAX_CALLERS) return;
    buckets.delete(callerId);
  }
}

function tokenWords(perMinute: number): RefusalWords {
  return {
    detail: `This caller has reached its limit of ${perMinute} requests a minute.`,
    hint: 'Keep each token until its refresh_in has passed, and ask for lists and refresh states less often. The operator can raise CALLER_RATE_PER_MINUTE.',
  };
}

function refuse(waitMs: number, { detail, hint }: RefusalWords): ServiceError {
  return new ServiceError('rate_limited', detail, {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    hint,
  });
}
