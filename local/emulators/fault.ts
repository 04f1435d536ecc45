import type { FaultOptions, RecordedRequest } from './emulator.ts';

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | { readonly kind: 'silent' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Answers when the promise resolves. `closed` resolves when the client has hung up. */
  | { readonly kind: 'held'; readonly until: (closed: Promise<unknown>) => Promise<void> }
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'cut-off-midway' }
  | { readonly kind: 'html' }
  | { readonly kind: 'truncated-json' }
  | { readonly kind: 'huge' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface FaultQueue {
  readonly add: (fault: Fault, options?: FaultOptions) => void;
  /** The fault for this request, which is counted down. Undefined if there is none. */
  readonly take: (request: RecordedRequest) => Fault | undefined;
  readonly clear: () => void;
}

export function createFaultQueue(): FaultQueue {
  let entries: { fault: Fault; timesLeft: number; match: (request: RecordedRequest) => boolean }[] = [];
  return {
    add: (fault, { times = Number.POSITIVE_INFINITY, match = () => true } = {}) => {
      entries.push({ fault, timesLeft: times, match });
    },
    take: (request) => {
      const matching = entries.filter((entry) => entry.timesLeft > 0 && entry.match(request));
      const counted = matching.find((entry) => Number.isFinite(entry.timesLeft));
      const met = counted ?? matching.at(-1);
      if (met !== undefined) met.timesLeft -= 1;
      return met?.fault;
    },
    clear: () => {
      entries = [];
    },
  };
}
