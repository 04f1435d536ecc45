import { UpstreamError, type ErrorCode, type UpstreamFault, type UpstreamService } from '../errors.ts';
import { parseRetryAfterSeconds } from './retry-after.ts';
import { readOrigin } from './safe-words.ts';
import { SERVICES } from './services.ts';
import { unavailable } from './unavailable.ts';

/** What a status means, before the body is read. */
export type StatusVerdict = 'success' | 'refusal' | 'transient';

/** Statuses that mean "try again later". App Service's identity endpoint answers 404 and 410 while it starts. */
const TRANSIENT_STATUSES: Readonly<Record<UpstreamService, ReadonlySet<number>>> = {
  'identity-endpoint': new Set([404, 408, 410, 429]),
  'key-vault': new Set([408, 429]),
  issuer: new Set([408, 429]),
  'power-bi': new Set([408, 429]),
};

/** The error code of a refusal without an explanation. */
const REFUSAL_CODES = {
  'identity-endpoint': 'misconfigured',
  'key-vault': 'secret_unavailable',
  issuer: 'issuer_rejected',
  'power-bi': 'powerbi_rejected',
} as const satisfies Record<UpstreamService, ErrorCode>;

/** A 3xx is a refusal, and so is every 4xx that is not transient, whatever its body says: the request is not sent again. */
export function judgeStatus(service: UpstreamService, status: number): StatusVerdict {
  if (status >= 200 && status < 300) return 'success';
  return status >= 500 || TRANSIENT_STATUSES[service].has(status) ? 'transient' : 'refusal';
}

/** The head of a `fetch` answer or of an Azure SDK answer. */
interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null | undefined };
}

/**
 * The error for an unsuccessful answer that is not in the format of the service, such as a gateway's HTML page or an empty
 * body: only its status has a meaning. The other members of `UpstreamFault` are the ids that are known.
 */
export function refuseByStatus(
  { status, headers }: AnswerHead,
  { nowMs, ...known }: Omit<UpstreamFault, 'status'> & { readonly nowMs: number },
): UpstreamError {
  const upstream: UpstreamFault = { ...known, status };
  const { service } = upstream;
  if (judgeStatus(service, status) === 'transient') {
    const retryAfterSeconds = parseRetryAfterSeconds(headers.get('retry-after'), nowMs);
    return unavailable(`is not available (HTTP ${status})`, upstream, { retryAfterSeconds });
  }
  const { meaning, hint } = explainStatus(service, status, readOrigin(headers.get('location')));
  return new UpstreamError(
    REFUSAL_CODES[service],
    `${SERVICES[service].name} refused (HTTP ${status}): ${meaning}.`,
    upstream,
    { hint },
  );
}

function explainStatus(
  service: UpstreamService,
  status: number,
  movedTo: string | undefined,
): { readonly meaning: string; readonly hint: string } {
  const { address } = SERVICES[service];
  if (status < 400) {
    return {
      meaning: movedTo === undefined ? 'it redirects elsewhere' : `it moved to ${movedTo}`,
      hint: `Check ${address}: this app follows no redirect, because the request has a credential.`,
    };
  }
  switch (status) {
    case 401:
    case 403:
    case 407:
      return {
        meaning: 'the answer does not have the format of this service',
        hint: 'A proxy, firewall or web application firewall (WAF) probably answered instead: check the network path from the function app to the service.',
      };
    case 404:
    case 405:
    case 410:
      return { meaning: 'this service has no such URL', hint: `Check the URL: ${address}.` };
    default:
      return {
        meaning: 'the answer does not have the format of this service',
        hint: `Check the URL (${address}), and the proxies and firewalls between the app and the service.`,
      };
  }
}
