import type { Handler } from './handler.ts';
import { OPENAPI } from './openapi/document.ts';

/** `/openapi.json`: the description of every route, open to anyone. */
export function createOpenApiHandler(): Handler {
  const body = JSON.stringify(OPENAPI);
  return () => ({
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=300',
      'X-Content-Type-Options': 'nosniff',
    },
    body,
  });
}
