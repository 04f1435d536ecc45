import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from './fault.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
  /** The HTTP status of the answer. Undefined if none was sent (yet). */
  status?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string unchanged. */
  readonly body?: unknown;
}

/** Undefined means that the request is unknown here. The answer is then 501. */
export type Handle = (request: RecordedRequest) => Answer | undefined | Promise<Answer | undefined>;

export interface Emulator {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /**
   * Makes requests fail: the next `times` matching ones, or all until `heal()`. Counted faults come first, in the given
   * order. Of the others, the latest one applies.
   */
  readonly failWith: (fault: Fault, options?: FaultOptions) => void;
  readonly heal: () => void;
  /** Clears recorded requests and faults. Keeps secrets and users. */
  readonly reset: () => void;
}

export interface FaultOptions {
  readonly times?: number;
  readonly match?: (request: RecordedRequest) => boolean;
}
