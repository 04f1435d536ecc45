import type { HttpHandler } from '@azure/functions';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import type { Readiness } from '../readiness/check-readiness.ts';
import { createHandler } from './handler.ts';
import { respondJson } from './respond.ts';

export interface ReadinessHandlerDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly checkReadiness: () => Promise<Readiness>;
}

/** `/health/ready`: what works and what does not, with hints. It answers where faulty settings keep all else from it. */
export function createReadinessHandler({ clock, gate, checkReadiness }: ReadinessHandlerDependencies): HttpHandler {
  return createHandler(clock, {
    methods: ['GET'],
    async respond({ http, audit }) {
      await gate.admitToDiagnosis(http.headers, audit);
      const readiness = await checkReadiness();
      return respondJson(readiness, {
        status: readiness.status === 'fail' ? 503 : 200,
        contentType: 'application/health+json',
      });
    },
  });
}
