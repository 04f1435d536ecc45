import { elapsedMs, pause, type Clock } from '../clock.ts';
import { isTransient, type UpstreamError, type UpstreamService } from '../errors.ts';
import type { Budget } from './budget.ts';
import { unavailable } from './unavailable.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly service: UpstreamService;
  readonly budget: Budget;
  /** How long one attempt may take, if not as long as usual for the service. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Which transient failures are tried again. Default: all. */
  readonly mayRepeat?: ((error: UpstreamError) => boolean) | undefined;
}

/** For every service, the first attempt included. */
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 400;
/** With less time left, there is no other attempt. */
const LEAST_USEFUL_MS = 250;

/** Each limit leaves time for a second attempt. */
const ATTEMPT_TIMEOUT_MS = {
  'identity-endpoint': 5_000,
  'key-vault': 5_000,
  issuer: 7_000,
  'power-bi': 10_000,
} as const satisfies Record<UpstreamService, number>;

/**
 * Repeats `attempt` while it fails transiently, within the request's budget: with exponential back-off and jitter, and not
 * before the upstream's `Retry-After`. After an attempt without an answer the next one gets all the time that is left, because
 * the upstream may only be slow.
 *
 * Throws the last error.
 */
export async function withRetries<T>(options: RetryOptions, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, random, service, budget, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS[service] } = options;
  const startedAt = clock.now();
  let limitMs = attemptTimeoutMs;
  for (let tries = 1; ; tries++) {
    const leftMs = Math.max(LEAST_USEFUL_MS, budget.remainingMs());
    const onTimeout = (): UpstreamError => {
      limitMs = Infinity;
      return noAnswer(service, { waitedMs: elapsedMs(startedAt, clock.now()), tries });
    };
    try {
      return await withTimeout(attempt, { clock, timeoutMs: Math.min(limitMs, leftMs), onTimeout });
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (tries === MAX_ATTEMPTS || options.mayRepeat?.(error) === false) throw error;
      const pauseMs = pauseBeforeRetryMs(tries, error.retryAfterSeconds ?? 0, random);
      if (pauseMs + LEAST_USEFUL_MS > budget.remainingMs()) throw error;
      await pause(clock, pauseMs);
    }
  }
}

/** `Retry-After` is the minimum. The jitter spreads worker processes that were throttled at the same time. */
function pauseBeforeRetryMs(failures: number, retryAfterSeconds: number, random: () => number): number {
  return retryAfterSeconds * 1000 + FIRST_PAUSE_MS * 2 ** (failures - 1) * (0.5 + random());
}

function noAnswer(
  service: UpstreamService,
  { waitedMs, tries }: { readonly waitedMs: number; readonly tries: number },
): UpstreamError {
  const inTries = tries === 1 ? '' : `, in ${tries} tries`;
  return unavailable(`did not answer within ${(waitedMs / 1000).toFixed(1)} s${inTries}`, { service });
}

interface TimeoutOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly onTimeout: () => UpstreamError;
}

/**
 * Runs `attempt` for at most `timeoutMs`, then throws what `onTimeout` returns. The signal asks it to stop, but the
 * developer's credential of the Azure SDK ignores it, so a timer also ends the wait.
 */
async function withTimeout<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { clock, timeoutMs, onTimeout }: TimeoutOptions,
): Promise<T> {
  const controller = new AbortController();
  let cancelTimer = (): void => undefined;
  const timeout = new Promise<never>((_, reject) => {
    cancelTimer = clock.schedule(timeoutMs, () => {
      reject(onTimeout());
      controller.abort();
    });
  });
  try {
    return await Promise.race([attempt(controller.signal), timeout]);
  } finally {
    cancelTimer();
  }
}
