import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import { isTransient, releaseStack, withRetryAfterReduced, type UpstreamError } from '../errors.ts';

/** Remembers which upstreams sent a `Retry-After`, and does not call them before that time. */
export interface ThrottleMemory {
  /**
   * Runs `attempt`, unless an earlier attempt with the same key got a `Retry-After` that has not passed yet.
   *
   * Throws what `attempt` throws, or the earlier error with the rest of its `Retry-After`.
   */
  run<T>(key: string, attempt: () => Promise<T>): Promise<T>;
}

interface Throttled {
  readonly error: UpstreamError;
  readonly at: Moment;
  readonly forMs: number;
}

const MAX_KEYS = 1_000;

export function createThrottleMemory(clock: Clock): ThrottleMemory {
  const throttled = new Map<string, Throttled>();
  return {
    async run(key, attempt) {
      const last = throttled.get(key);
      const passedMs = last === undefined ? Infinity : elapsedMs(last.at, clock.now());
      if (last !== undefined && passedMs < last.forMs) throw withRetryAfterReduced(last.error, passedMs);
      throttled.delete(key);
      try {
        return await attempt();
      } catch (error) {
        if (isTransient(error) && error.retryAfterSeconds !== undefined) {
          releaseStack(error);
          throttled.set(key, { error, at: clock.now(), forMs: error.retryAfterSeconds * 1000 });
          if (throttled.size > MAX_KEYS) throttled.delete(throttled.keys().next().value ?? '');
        }
        throw error;
      }
    },
  };
}
