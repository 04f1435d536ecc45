import { InteractionRequiredError, isTransient, ServiceError } from '../errors.ts';

/** Long enough that a wrong setting hammers nobody, short enough that whoever mends it sees it at once. */
const REFUSAL_MEMORY_MS = 5_000;
const OUTAGE_MEMORY_MS = 1_000;
const FIRST_REFRESH_PAUSE_MS = 5_000;
const LONGEST_REFRESH_PAUSE_MS = 300_000;

/**
 * How long a failed load is remembered. A refusal stays one until somebody mends it; an outage is over when it is over. A person who has just signed in again is not to be
 * told for long what was true before.
 */
export function memoryMs(error: unknown, refusalMemoryMs = REFUSAL_MEMORY_MS): number {
  const retryAfterMs = error instanceof ServiceError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const isPassing = retryAfterMs > 0 || isTransient(error) || error instanceof InteractionRequiredError;
  return isPassing ? Math.max(OUTAGE_MEMORY_MS, retryAfterMs) : refusalMemoryMs;
}

/** How long after it the next refresh may begin: growing pauses with jitter, so that a thousand instances do not come back in one moment. */
export function pauseAfterMs(failuresInARow: number, random: () => number): number {
  const pauseMs = Math.min(LONGEST_REFRESH_PAUSE_MS, FIRST_REFRESH_PAUSE_MS * 2 ** (failuresInARow - 1));
  return pauseMs * (0.75 + random() / 2);
}
