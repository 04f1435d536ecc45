import type { CheckName } from '../../src/readiness/check-readiness.ts';
import type { CheckStatus } from '../../src/readiness/check.ts';
import type { Access } from './access.ts';

/** The steps from the caller to Power BI. */
export type Hop = CheckName | 'network' | 'clock' | 'datasets' | 'callers' | 'grants' | 'decision';

export interface Finding {
  readonly hop: Hop;
  readonly status: CheckStatus;
  readonly output: string;
  readonly access?: Access | undefined;
  readonly profile?: string | undefined;
  /** What to do. */
  readonly hint?: string | undefined;
}
