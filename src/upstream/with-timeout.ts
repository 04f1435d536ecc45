import type { Clock } from '../clock.ts';
import type { UpstreamService } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/**
 * Runs `attempt` for at most `timeoutMs`. The signal tells it to stop, but nothing relies on it obeying:
 * ManagedIdentityCredential has no time-out of its own and ignores signals, so the promise is raced against a timer.
 */
export async function withTimeout<T>(
  { clock, service, timeoutMs }: { clock: Clock; service: UpstreamService; timeoutMs: number },
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let cancelTimer = (): void => undefined;
  const timeout = new Promise<never>((_, reject) => {
    cancelTimer = clock.schedule(timeoutMs, () => {
      reject(unavailable(`did not answer within ${(timeoutMs / 1000).toFixed(1)} s`, { service }));
      controller.abort();
    });
  });
  try {
    return await Promise.race([attempt(controller.signal), timeout]);
  } finally {
    cancelTimer();
  }
}
