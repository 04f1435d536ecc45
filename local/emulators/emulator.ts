import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from './fault.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
  /** The HTTP status of the answer; undefined while, or where, none was given. */
  status?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
}

/** Undefined means: not known here, which is answered 501. */
export type Handle = (request: RecordedRequest) => Answer | undefined | Promise<Answer | undefined>;

export interface Emulator {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /**
   * Lets requests fail: the next `times` matching ones, or all until `heal()`. Faults that are counted go first,
   * in the order given; of those that stay, the latest one holds.
   */
  readonly failWith: (fault: Fault, options?: FaultOptions) => void;
  readonly heal: () => void;
  /** Forgets the recorded requests and the faults; what the service holds (secrets, users) stays. */
  readonly reset: () => void;
}

export interface FaultOptions {
  readonly times?: number;
  readonly match?: (request: RecordedRequest) => boolean;
}
