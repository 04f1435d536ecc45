/** An error: the app's problem answer unchanged, or the same members for a failure in the browser. */
export interface EmbedProblem {
  /** One of the app's codes, or `network`, `sign_in_failed`, `unexpected_answer`, `http_NNN`, `power_bi`, `powerbi_client`. */
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly request_id?: string;
  readonly status?: number;
  /** Seconds until the next attempt. Absent: there is no further attempt, and the element shows its own content. */
  readonly retry_in?: number;
  /** The thrown value, if there is one. */
  readonly cause?: unknown;
  /** Other members of the app's answer (`title`, `upstream`, `claims`, …). */
  readonly [member: string]: unknown;
}
