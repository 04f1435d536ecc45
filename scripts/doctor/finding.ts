import type { CheckStatus } from '../../src/readiness/check.ts';

/** What was examined on the way from a caller to Power BI. */
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

/** Whose access was tested: that of the developer at this machine, or that of the app. */
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
