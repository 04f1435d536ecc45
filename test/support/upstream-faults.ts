import type { Fault } from '../../local/emulators/emulators.ts';
import type { TestClock } from './test-clock.ts';

/** All failures of an upstream that are not refusals, and what a caller can know of them. */
export interface UpstreamFaultCase {
  readonly name: string;
  readonly fault: (clock: TestClock) => Fault;
  /** The `Retry-After` of the upstream; undefined if it sent none. */
  readonly retryAfterSeconds?: number;
  /** The known HTTP status of the answer; undefined if no complete answer arrived. */
  readonly upstream: { readonly status?: number; readonly code?: string };
}

const LONGER_THAN_ANY_REQUEST_MS = 30_000;

export const UPSTREAM_FAULTS: readonly UpstreamFaultCase[] = [
  { name: 'silent', fault: (clock) => clock.silent(), upstream: {} },
  { name: 'slow', fault: (clock) => clock.slow(LONGER_THAN_ANY_REQUEST_MS), upstream: {} },
  { name: 'cut off', fault: () => ({ kind: 'cut-off' }), upstream: { code: 'UND_ERR_SOCKET' } },
  { name: 'cut off midway', fault: () => ({ kind: 'cut-off-midway' }), upstream: { code: 'UND_ERR_SOCKET' } },
  { name: 'a proxy page', fault: () => ({ kind: 'html' }), upstream: { status: 200 } },
  { name: 'truncated JSON', fault: () => ({ kind: 'truncated-json' }), upstream: { status: 200 } },
  { name: 'ten megabytes', fault: () => ({ kind: 'huge' }), upstream: { status: 200 } },
  {
    name: 'throttling',
    fault: () => ({ kind: 'throttled', retryAfterSeconds: 60 }),
    retryAfterSeconds: 60,
    upstream: { status: 429 },
  },
  { name: 'an empty 500', fault: () => ({ kind: 'status', status: 500 }), upstream: { status: 500 } },
  { name: 'an empty 503', fault: () => ({ kind: 'status', status: 503 }), upstream: { status: 503 } },
  {
    name: 'a 503 page with Retry-After',
    fault: () => ({
      kind: 'status',
      status: 503,
      headers: { 'retry-after': '7200' },
      body: '<h1>Service unavailable</h1>',
    }),
    retryAfterSeconds: 7200,
    upstream: { status: 503 },
  },
  {
    name: 'a 408',
    fault: () => ({ kind: 'status', status: 408, body: { error: 'timeout' } }),
    upstream: { status: 408 },
  },
];

/** The same fault, with a Retry-After that one request can wait. */
export function passing({ fault }: UpstreamFaultCase, clock: TestClock): Fault {
  const it = fault(clock);
  if (it.kind === 'throttled') return { ...it, retryAfterSeconds: 1 };
  if (it.kind === 'status' && it.headers !== undefined) return { ...it, headers: { 'retry-after': '1' } };
  return it;
}
