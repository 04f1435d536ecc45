import type { EmbedProblem } from './embed-problem.ts';

/** Asks for a newer token than the last one, which the app refused. It has the names of MSAL.js, so that it can be passed on. */
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

/** What the server says of the token that a report on screen has. */
export interface TokenTimes {
  /** The id that the operator finds in the audit log. */
  readonly token_id: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
  /** Seconds until the next renewal. */
  readonly renews_in: number;
}

export interface EmbedOptions {
  /** The address of the app's embed route: `https://APP/api/embed/WORKSPACE/REPORT`. */
  readonly src: string;
  readonly profile?: string | undefined;
  readonly access?: Access | undefined;
  /** The name of the page that the report opens with, as in its address: `ReportSection…`. */
  readonly page?: string | undefined;
  readonly filterPane?: FilterPane | undefined;
  /** As `fetch` knows it: `include` sends the cookies of App Service Authentication. */
  readonly credentials?: RequestCredentials | undefined;
  /** Gives the bearer token of the person for the app (not for Power BI). It is called before every request. */
  readonly getAccessToken?: GetAccessToken | undefined;
  readonly onLoaded?: (times: TokenTimes) => void;
  readonly onRendered?: () => void;
  readonly onRenewed?: (times: TokenTimes) => void;
  readonly onError?: (problem: EmbedProblem) => void;
}
