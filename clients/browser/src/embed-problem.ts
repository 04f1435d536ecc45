/** What failed: the app's problem answer as it came, or the same members for what failed in the browser. */
export interface EmbedProblem {
  /** One of the app's codes, or `network`, `sign_in_failed`, `unexpected_answer`, `http_NNN`, `power_bi`, `powerbi_client`. */
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly request_id?: string;
  readonly status?: number;
  /** Seconds until the next attempt. Absent: there is none, the page's content is back. */
  readonly retry_in?: number;
  /** What was thrown, if something was. */
  readonly cause?: unknown;
  /** Further members of the app's answer (`title`, `upstream`, `claims`, …). */
  readonly [member: string]: unknown;
}
