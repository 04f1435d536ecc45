import type { HttpHandler } from '@azure/functions';
import type { Clock } from '../clock.ts';
import { createHandler } from './handler.ts';
import { OPENAPI } from './openapi/document.ts';

/** `/openapi.json`: the description of every route, open to anyone. */
export function createOpenApiHandler(clock: Clock): HttpHandler {
  const body = JSON.stringify(OPENAPI);
  return createHandler(clock, {
    methods: ['GET'],
    respond: () => ({
      status: 200,
      headers: {
        'Content-Type': 'application/json',
        'Cache-Control': 'public, max-age=300',
        'X-Content-Type-Options': 'nosniff',
      },
      body,
    }),
  });
}
