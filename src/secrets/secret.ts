import { DAY_MS } from '../durations.ts';

/** One version of a Key Vault secret. The instants are what people typed into its attributes: they stop nothing. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  readonly version: string;
  readonly createdOnMs: number | undefined;
  readonly expiresOnMs: number | undefined;
}

/** This long before, an operator is warned: as Key Vault's own near-expiry event does. */
export const NEAR_EXPIRY_DAYS = 30;

/** Whole days until an instant, rounded down; negative once it has passed, undefined where there is none. */
export function daysUntil(instantMs: number | undefined, wallMs: number): number | undefined {
  return instantMs === undefined ? undefined : Math.floor((instantMs - wallMs) / DAY_MS);
}
