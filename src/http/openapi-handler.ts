import type { Handler } from './handler.ts';

/** `/openapi.json`: the description of every route, open to anyone. Most worker processes never make it. */
export function createOpenApiHandler(): Handler {
  let body: Promise<string> | undefined;
  return async () => ({
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=300',
      'X-Content-Type-Options': 'nosniff',
    },
    body: await (body ??= describe()),
  });
}

async function describe(): Promise<string> {
  const { OPENAPI } = await import('./openapi/document.ts');
  return JSON.stringify(OPENAPI);
}
