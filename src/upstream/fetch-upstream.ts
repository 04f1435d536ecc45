import type { Fetch } from '../runtime.ts';
import { isNativeError } from 'node:util/types';
import type { UpstreamService } from '../errors.ts';
import { readBody } from './read-body.ts';
import { unavailable } from './unavailable.ts';

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
    if (isHiddenProxyRefusal(error)) return { status: 407, headers: new Headers(), text: '' };
    throw judgeNetworkError(error, service);
  }
}

/** `fetch` turns a 407 into a network error without a reason (Fetch standard, "HTTP-network-or-cache fetch"). No other one has none. */
function isHiddenProxyRefusal(error: unknown): boolean {
  return isNetworkError(error) && isNativeError(error.cause) && error.cause.message === '' && !('code' in error.cause);
}

/** What may be told of a request that got no answer: the code of the failure, never its text, which may quote the request. */
export function judgeNetworkError(error: unknown, service: UpstreamService): unknown {
  if (!isNetworkError(error)) return error;
  const code = networkErrorCode(error);
  return unavailable(
    `could not be reached${code === undefined ? '' : ` (${code})`}`,
    { service, code },
    { cause: error, ...explainNetworkCode(code) },
  );
}

function explainNetworkCode(code = ''): { readonly hint?: string } {
  if (code === 'ENOTFOUND') return { hint: NO_SUCH_HOST };
  return CERTIFICATE_CODES.has(code) ? { hint: NOT_TRUSTED } : {};
}

/** OpenSSL's reasons, and Node's own for a name that does not match. */
const CERTIFICATE_CODES = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const NOT_TRUSTED =
  "The host's TLS certificate does not verify, and waiting does not mend that: check the address, the clock, and whether a proxy between opens the connection (its authority then belongs into NODE_EXTRA_CA_CERTS).";

const NO_SUCH_HOST =
  'No host of that name was found: check KEY_VAULT_URI, AZURE_AUTHORITY_HOST, POWERBI_API_URL, and issuer or tokenEndpoint of the profile. If they are right, the name service of the network is at fault.';

/** By name, not by class: `fetch` may live in another realm than this code, and throw that realm's errors. */
function isNetworkError(error: unknown): error is Error {
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
