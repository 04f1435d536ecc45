/** One version of a Key Vault secret. The instants are what people typed into its attributes: they stop nothing. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  readonly version: string;
  readonly createdOnMs: number | undefined;
  readonly expiresOnMs: number | undefined;
}

const DAY_MS = 86_400_000;

/** Whole days until the secret's `expiresOn`, rounded down; negative once it has passed. */
export function daysLeft(secret: Secret, wallMs: number): number | undefined {
  return secret.expiresOnMs === undefined ? undefined : Math.floor((secret.expiresOnMs - wallMs) / DAY_MS);
}
