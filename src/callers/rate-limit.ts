import { type Clock, elapsedMs, MINUTE_MS, type Moment } from '../clock.ts';
import { ServiceError } from '../errors.ts';

interface Bucket {
  tokens: number;
  filledAt: Moment;
}

/** After a minute without requests a bucket is full, and need not be remembered. */
const MAX_CALLERS = 10_000;

/** What a refused caller reads. */
export interface RefusalWords {
  readonly detail: string;
  readonly hint: string;
}

export interface RateLimit {
  /** Takes one. Throws `rate_limited` with the seconds until there is one again. */
  take(callerId: string): void;
  /** Takes one if there is one. */
  tryTake(callerId: string): boolean;
}

/** A limit per caller, minute and worker process, as a bucket that fills evenly. */
export function createRateLimit(perMinute: number, clock: Clock, words = tokenWords(perMinute)): RateLimit {
  const buckets = new Map<string, Bucket>();

  /** Milliseconds until there is one; 0 if one was taken. */
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

/** If all callers are busy, the first one starts again with a full bucket: a limit that fills the memory is worse than one that is missed. */
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
    detail: `This caller has used its ${perMinute} requests for this minute.`,
    hint: 'Keep the token until refresh_in has passed instead of requesting one for each use. The operator may raise CALLER_RATE_PER_MINUTE.',
  };
}

function refuse(waitMs: number, { detail, hint }: RefusalWords): ServiceError {
  return new ServiceError('rate_limited', detail, {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    hint,
  });
}
