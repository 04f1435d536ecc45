import type { EmbedProblem } from './embed-problem.ts';

/** Requests a newer token than the last one, which the app refused. The names are those of MSAL.js, so that it can be passed on. */
export interface TokenRequest {
  readonly forceRefresh?: boolean;
  /** The app's claims challenge (MFA, consent), for the sign-in library. */
  readonly claims?: string;
}

export type GetAccessToken = (
  request: TokenRequest,
) => string | null | undefined | PromiseLike<string | null | undefined>;

export type Access = 'View' | 'Edit';

export type FilterPane = 'hidden' | 'collapsed' | 'expanded';

/** The app's data about the token of the visible report. */
export interface TokenTimes {
  /** The id of the token in the audit log. */
  readonly token_id: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
  /** Seconds until the next renewal. */
  readonly renews_in: number;
}

export interface EmbedOptions {
  /** The URL of the app's embed route: `https://APP/api/embed/WORKSPACE/REPORT`. */
  readonly src: string;
  readonly profile?: string | undefined;
  readonly access?: Access | undefined;
  /** The name of the first page, as in its URL: `ReportSection…`. */
  readonly page?: string | undefined;
  readonly filterPane?: FilterPane | undefined;
  /** `credentials` of `fetch`: `include` sends the cookies of App Service Authentication. */
  readonly credentials?: RequestCredentials | undefined;
  /** Returns the bearer token of the person for the app (not for Power BI). Called before every request. */
  readonly getAccessToken?: GetAccessToken | undefined;
  readonly onLoaded?: (times: TokenTimes) => void;
  readonly onRendered?: () => void;
  readonly onRenewed?: (times: TokenTimes) => void;
  readonly onError?: (problem: EmbedProblem) => void;
}
