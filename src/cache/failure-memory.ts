import { InteractionRequiredError, isTransient, ServiceError } from '../errors.ts';

/** Long enough to protect an upstream from a wrong setting, short enough to notice a correction quickly. */
const REFUSAL_MEMORY_MS = 5_000;
const OUTAGE_MEMORY_MS = 1_000;
const FIRST_REFRESH_PAUSE_MS = 5_000;
const LONGEST_REFRESH_PAUSE_MS = 300_000;

/**
 * How long a failed load is remembered. A refusal lasts until someone corrects its cause, so it is remembered longer than an
 * outage. `interaction_required` is remembered briefly: the person may have signed in again meanwhile.
 */
export function memoryMs(error: unknown, refusalMemoryMs = REFUSAL_MEMORY_MS): number {
  const retryAfterMs = error instanceof ServiceError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const isPassing = retryAfterMs > 0 || isTransient(error) || error instanceof InteractionRequiredError;
  return isPassing ? Math.max(OUTAGE_MEMORY_MS, retryAfterMs) : refusalMemoryMs;
}

/**
 * The pause between a failure and the next refresh. It grows with each failure in a row, and has jitter, so that a thousand
 * worker processes do not retry at the same moment.
 */
export function pauseAfterMs(failuresInARow: number, random: () => number): number {
  const pauseMs = Math.min(LONGEST_REFRESH_PAUSE_MS, FIRST_REFRESH_PAUSE_MS * 2 ** (failuresInARow - 1));
  return pauseMs * (0.75 + random() / 2);
}
