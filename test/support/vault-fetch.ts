import type { Fetch } from '../../src/runtime.ts';
import { the } from './the.ts';

/** A `fetch` that plays Key Vault: it challenges a request without a token, and answers all others with `answer`. */
export function createVaultFetch(answer: (url: URL) => Response): { fetch: Fetch; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: (url, init) => {
      const address = new URL(url as string);
      const authorization = new Headers(init?.headers).get('authorization');
      asked.push(`${init?.method ?? 'GET'} ${address.pathname} ${authorization ?? 'no token'}`);
      if (authorization !== null) return Promise.resolve(answer(address));
      return Promise.resolve(
        Response.json(
          { error: { code: 'Unauthorized', message: 'AKV10000: no token' } },
          {
            status: 401,
            headers: {
              'WWW-Authenticate': `Bearer authorization="https://login.microsoftonline.com/${the.tenantId}", resource="https://vault.azure.net"`,
            },
          },
        ),
      );
    },
  };
}
