import { elapsedMs, type Clock } from '../clock.ts';

/** The time that one request may spend on all upstream calls together. */
export interface Budget {
  remainingMs(): number;
}

/** What a request may spend before the caller gets `upstream_unavailable`. */
export const REQUEST_BUDGET_MS = 20_000;

export function createBudget(clock: Clock, totalMs: number = REQUEST_BUDGET_MS): Budget {
  const start = clock.now();
  return { remainingMs: () => Math.max(0, totalMs - elapsedMs(start, clock.now())) };
}
