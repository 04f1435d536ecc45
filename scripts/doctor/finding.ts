import type { CheckStatus } from '../../src/readiness/check.ts';

/** The steps from the caller to Power BI. */
export type Hop =
  | 'settings'
  | 'network'
  | 'clock'
  | 'identity'
  | 'key-vault'
  | 'issuer'
  | 'power-bi'
  | 'datasets'
  | 'callers'
  | 'grants'
  | 'decision';

/** The tested account: the developer at this machine, or the app. */
export type Access = 'yours' | "the app's";

export interface Finding {
  readonly hop: Hop;
  readonly status: CheckStatus;
  readonly output: string;
  readonly access?: Access | undefined;
  readonly profile?: string | undefined;
  /** What to do. */
  readonly hint?: string | undefined;
}
