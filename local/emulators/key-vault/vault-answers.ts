import type { Answer } from '../emulator.ts';

/** A refusal in Key Vault's form; `innerCode` is what tells one Forbidden from another. */
export function refuse(status: number, code: string, message: string, innerCode?: string): Answer {
  const innerError = innerCode === undefined ? {} : { innererror: { code: innerCode } };
  return { status, body: { error: { code, message, ...innerError } } };
}

export function toEpochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
