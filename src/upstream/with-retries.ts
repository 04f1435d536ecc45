import { pause, type Clock } from '../clock.ts';
import { isTransient, type UpstreamService } from '../errors.ts';
import type { Budget } from './budget.ts';
import { withTimeout } from './with-timeout.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly service: UpstreamService;
  readonly budget: Budget;
  /** How long one attempt may take, where it is not what that service usually gets. */
  readonly attemptTimeoutMs?: number | undefined;
}

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 400;
/** With less than this left no answer can be hoped for, so none is waited for. */
const LEAST_USEFUL_MS = 250;

/** How long one attempt may take: two attempts and the pause between fit the budget where one upstream is silent. */
const ATTEMPT_TIMEOUT_MS = {
  'identity-endpoint': 5_000,
  'key-vault': 5_000,
  issuer: 7_000,
  'power-bi': 10_000,
} as const satisfies Record<UpstreamService, number>;

/**
 * Repeats `attempt` while it fails transiently, with growing, jittered pauses after the upstream's own `Retry-After`, within
 * the request's budget. What is left when the budget ends is the last error.
 */
export async function withRetries<T>(
  { clock, random, service, budget, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS[service] }: RetryOptions,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      const timeoutMs = Math.min(attemptTimeoutMs, Math.max(LEAST_USEFUL_MS, budget.remainingMs()));
      return await withTimeout({ clock, service, timeoutMs }, attempt);
    } catch (error) {
      if (!isTransient(error) || failures === MAX_ATTEMPTS) throw error;
      const pauseMs = pauseBeforeRetryMs(failures, error.retryAfterSeconds ?? 0, random);
      if (pauseMs + LEAST_USEFUL_MS > budget.remainingMs()) throw error;
      await pause(clock, pauseMs);
    }
  }
}

/** `Retry-After` is the least; what is added keeps those who were turned away together from coming back together. */
function pauseBeforeRetryMs(failures: number, retryAfterSeconds: number, random: () => number): number {
  return retryAfterSeconds * 1000 + FIRST_PAUSE_MS * 2 ** (failures - 1) * (0.5 + random());
}
