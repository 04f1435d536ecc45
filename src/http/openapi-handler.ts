import type { PublicAddress } from '../config/read-public-address.ts';
import type { Handler } from './handler.ts';
import { publicPrefix } from './public-address.ts';

/** `/openapi.json`: the description of every route, open to anyone. Most worker processes never make it. */
export function createOpenApiHandler({ publicAddress }: { readonly publicAddress: PublicAddress }): Handler {
  let body: Promise<string> | undefined;
  return async () => ({
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=300',
      'X-Content-Type-Options': 'nosniff',
    },
    body: await (body ??= describe(publicPrefix(publicAddress))),
  });
}

async function describe(prefix: string): Promise<string> {
  const { OPENAPI } = await import('./openapi/document.ts');
  return JSON.stringify({ ...OPENAPI, servers: [{ url: prefix === '' ? '/' : prefix }] });
}
