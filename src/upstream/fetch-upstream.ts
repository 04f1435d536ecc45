import { isNativeError } from 'node:util/types';
import type { UpstreamError, UpstreamService } from '../errors.ts';
import type { Fetch } from '../runtime.ts';
import { readNetworkCode } from './safe-words.ts';
import { SERVICES } from './services.ts';
import { unavailable } from './unavailable.ts';

/** A complete answer. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends one request and reads the complete answer, whatever its status.
 *
 * Throws `upstream_unavailable` if no complete answer arrives: no connection, cut off, or too large.
 */
export async function fetchUpstream(
  fetch: Fetch,
  service: UpstreamService,
  url: string,
  init: RequestInit,
): Promise<UpstreamAnswer> {
  try {
    // A redirect would send the credential to a host that no setting names.
    const response = await fetch(url, { ...init, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await readBody(response, service) };
  } catch (error) {
    if (isHiddenProxyRefusal(error)) return { status: 407, headers: new Headers(), text: '' };
    throw judgeNetworkError(error, service);
  }
}

/** `fetch` turns a 407 into a network error without a reason (Fetch standard, "HTTP-network-or-cache fetch"). Others have one. */
function isHiddenProxyRefusal(error: unknown): boolean {
  return isNetworkError(error) && isNativeError(error.cause) && error.cause.message === '' && !('code' in error.cause);
}

/** Answers of token endpoints, vaults and identity endpoints are far smaller. */
export const MAX_BODY_BYTES = 1_048_576;
/** A workspace may have thousands of datasets, with about a kilobyte for each. */
const MAX_POWER_BI_BODY_BYTES = 8 * MAX_BODY_BYTES;

/** Stops reading a body that is too large, so that an upstream cannot fill the memory. */
async function readBody(response: Response, service: UpstreamService): Promise<string> {
  const maxBytes = service === 'power-bi' ? MAX_POWER_BI_BODY_BYTES : MAX_BODY_BYTES;
  if (response.body === null) return '';
  const tooLarge = (): UpstreamError =>
    unavailable(`answered with more than ${maxBytes} bytes`, { service, status: response.status });
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error for a request without an answer. Only the failure's code is used, because its text can quote the request. */
export function judgeNetworkError(error: unknown, service: UpstreamService): unknown {
  if (!isNetworkError(error)) return error;
  const code = networkErrorCode(error);
  const hint = code === undefined ? undefined : explainNetworkCode(code, SERVICES[service].address);
  return unavailable(
    `could not be reached${code === undefined ? '' : ` (${code})`}`,
    { service, code },
    { cause: error, ...(hint === undefined ? {} : { hint }) },
  );
}

/** What to check; undefined for a code that only says that the network failed. */
function explainNetworkCode(code: string, address: string): string | undefined {
  if (/CERT|ISSUER|SIGNATURE/.test(code)) return NOT_TRUSTED;
  if (/SSL|EPROTO/.test(code)) return `The host does not use TLS on that port: check ${address}.`;
  switch (code) {
    case 'ENOTFOUND':
      return `The host name does not exist: check ${address}. If it is right, check the DNS of the network.`;
    case 'EAI_AGAIN':
      return 'The DNS server did not answer: check the DNS settings of the virtual network.';
    case 'ECONNREFUSED':
      return `No service listens at that host and port: check ${address}. If it is right, the service is down, or a firewall rejects the connection.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `The connection cannot be opened: check ${address}, and the firewall and routes of the virtual network.`;
    default:
      return undefined;
  }
}

const NOT_TRUSTED =
  "The host's TLS certificate is not trusted. A retry does not help: check the host name, the clock, and whether a proxy intercepts TLS (if so, add its CA to NODE_EXTRA_CA_CERTS).";

/** By name, not by class: `fetch` may come from another realm than this code, and throw that realm's errors. */
function isNetworkError(error: unknown): error is Error {
  return isNativeError(error) && error.name === 'TypeError';
}

function networkErrorCode(error: unknown): string | undefined {
  for (let cause = error; isNativeError(cause); cause = cause.cause) {
    const code = 'code' in cause ? readNetworkCode(cause.code) : undefined;
    if (code !== undefined) return code;
  }
  return undefined;
}
