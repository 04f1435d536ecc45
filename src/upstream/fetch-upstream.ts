import { isNativeError } from 'node:util/types';
import type { UpstreamService } from '../errors.ts';
import { readBody } from './read-body.ts';
import { unavailable } from './unavailable.ts';

export type Fetch = typeof globalThis.fetch;

/** An answer that has arrived whole. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends one request and reads the whole answer, whatever its status.
 *
 * Throws `upstream_unavailable` where no whole answer arrived: no connection, cut off, or far too large.
 */
export async function fetchUpstream(
  fetch: Fetch,
  service: UpstreamService,
  url: string,
  init: RequestInit,
): Promise<UpstreamAnswer> {
  try {
    // An upstream that redirects a request which carries a credential is not the upstream we meant.
    const response = await fetch(url, { ...init, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await readBody(response, service) };
  } catch (error) {
    throw judgeNetworkError(error, service);
  }
}

/** What may be told of a request that got no answer: the code of the failure, never its text, which may quote the request. */
export function judgeNetworkError(error: unknown, service: UpstreamService): unknown {
  if (!isNetworkError(error)) return error;
  const code = networkErrorCode(error);
  return unavailable(
    `could not be reached${code === undefined ? '' : ` (${code})`}`,
    { service, code },
    code === 'ENOTFOUND' ? { hint: NO_SUCH_HOST, cause: error } : { cause: error },
  );
}

const NO_SUCH_HOST =
  'No host of that name was found: check KEY_VAULT_URI, AZURE_AUTHORITY_HOST, POWERBI_API_URL, and issuer or tokenEndpoint of the profile. If they are right, the name service of the network is at fault.';

/** By name, not by class: `fetch` may live in another realm than this code, and throw that realm's errors. */
function isNetworkError(error: unknown): boolean {
  return isNativeError(error) && error.name === 'TypeError';
}

function networkErrorCode(error: unknown): string | undefined {
  for (let cause = error; isNativeError(cause); cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z\d_]{1,63}$/.test(cause.code)) {
      return cause.code;
    }
  }
  return undefined;
}
