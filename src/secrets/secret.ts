import type { VaultObject } from './vault-object.ts';

/** One version of a Key Vault secret. */
export interface Secret extends VaultObject {
  readonly value: string;
}
