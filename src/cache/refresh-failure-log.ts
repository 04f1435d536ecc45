import { isTransient, ServiceError, UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';

/** Logs a failed background refresh. No caller sees it, so the log line says what the operator should do. */
export function createRefreshFailureLog(log: Log): (key: string, error: unknown) => void {
  return (key, error) => {
    if (!(error instanceof ServiceError)) {
      log.error({ event: 'cache.refresh_failed', code: 'internal' });
      return;
    }
    const upstream = error instanceof UpstreamError ? error.upstream : undefined;
    log[isTransient(error) ? 'warn' : 'error']({
      event: 'cache.refresh_failed',
      key,
      code: error.code,
      detail: error.message,
      hint: error.hint,
      stage: upstream?.service,
      upstream_code: upstream?.code,
      upstream_correlation_id: upstream?.correlationId,
    });
  };
}
