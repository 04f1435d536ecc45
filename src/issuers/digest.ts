import { createHash } from 'node:crypto';

/** Replaces a value in a cache key: keys are logged, but assertions, user names and parameters must not be. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
