import { ServiceError } from '../errors.ts';

export type CheckStatus = 'pass' | 'warn' | 'fail';

/** One result (draft-inadarei-api-health-check): what was found, and what to do about it. */
export interface Check {
  readonly status: CheckStatus;
  readonly time: string;
  readonly output?: string | undefined;
  readonly hint?: string | undefined;
  readonly profile?: string | undefined;
  readonly secretExpiresInDays?: number | undefined;
}

export type Finding = Omit<Check, 'time'>;

/** The finding for an error. Only the message of a ServiceError is shown. */
export function describeFailure(error: unknown, status: CheckStatus): Finding {
  if (error instanceof ServiceError) return { status, output: error.message, hint: error.hint };
  return { status, output: 'A defect of this app prevented this check.' };
}

const SEVERITY = { pass: 0, warn: 1, fail: 2 } as const satisfies Record<CheckStatus, number>;

/** The worst status; `pass` if there are no checks. */
export function worst(checks: readonly { readonly status: CheckStatus }[]): CheckStatus {
  return checks.reduce<CheckStatus>(
    (found, { status }) => (SEVERITY[status] > SEVERITY[found] ? status : found),
    'pass',
  );
}
