import type { HttpHandler } from '@azure/functions';
import type { Clock } from '../clock.ts';
import { createHandler } from './handler.ts';
import { respondJson } from './respond.ts';

/** `/health`: that the process answers. It tells nothing and calls nothing, so anybody may ask. */
export function createHealthHandler(clock: Clock): HttpHandler {
  return createHandler(clock, {
    methods: ['GET', 'HEAD'],
    respond: () => respondJson({ status: 'pass' }, { contentType: 'application/health+json' }),
  });
}
