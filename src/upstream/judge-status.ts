import { UpstreamError, type ErrorCode, type UpstreamFault, type UpstreamService } from '../errors.ts';
import { parseRetryAfterSeconds } from './retry-after.ts';
import { readOrigin } from './safe-words.ts';
import { SERVICES } from './services.ts';
import { unavailable } from './unavailable.ts';

/** What a status means before anything of the body is read. */
export type StatusVerdict = 'success' | 'refusal' | 'transient';

/** "Not now" rather than "no". App Service's identity endpoint answers 404 and 410 while it starts. */
const TRANSIENT_STATUSES: Readonly<Record<UpstreamService, ReadonlySet<number>>> = {
  'identity-endpoint': new Set([404, 408, 410, 429]),
  'key-vault': new Set([408, 429]),
  issuer: new Set([408, 429]),
  'power-bi': new Set([408, 429]),
};

/** The code of a refusal that nothing explains further. */
const REFUSAL_CODES = {
  'identity-endpoint': 'misconfigured',
  'key-vault': 'secret_unavailable',
  issuer: 'issuer_rejected',
  'power-bi': 'powerbi_rejected',
} as const satisfies Record<UpstreamService, ErrorCode>;

/** A 3xx and every 4xx but the transient ones is a refusal, whatever its body says: a request like it is not sent again. */
export function judgeStatus(service: UpstreamService, status: number): StatusVerdict {
  if (status >= 200 && status < 300) return 'success';
  return status >= 500 || TRANSIENT_STATUSES[service].has(status) ? 'transient' : 'refusal';
}

/** Of a `fetch` answer or of an Azure SDK one. */
interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null | undefined };
}

/**
 * The error for an answer that is no success and not in the upstream's own form, such as a gateway's HTML page or an empty
 * body: only its status speaks. `upstream` adds the ids that are known.
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
      hint: `Check ${address}: this program follows no redirect, because the request carries a credential.`,
    };
  }
  switch (status) {
    case 401:
    case 403:
    case 407:
      return {
        meaning: 'the answer is not in its own form',
        hint: 'A proxy, firewall or web application firewall (WAF) probably answered instead: check the network path from the function app to the service.',
      };
    case 404:
    case 405:
    case 410:
      return { meaning: 'the address is not one of its own', hint: `Check the address: ${address}.` };
    default:
      return {
        meaning: 'the answer is not in its own form',
        hint: `Check the address (${address}), and the proxies and firewalls on the way.`,
      };
  }
}
