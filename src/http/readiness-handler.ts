import type { Readiness } from '../readiness/check-readiness.ts';
import type { Handler } from './handler.ts';
import { respondJson } from './respond.ts';

/** `/health/ready`: what works and what does not, with hints. It also answers if settings are invalid. */
export function createReadinessHandler(checkReadiness: () => Promise<Readiness>): Handler {
  return async () => {
    const readiness = await checkReadiness();
    return respondJson(readiness, {
      status: readiness.status === 'fail' ? 503 : 200,
      contentType: 'application/health+json',
    });
  };
}
