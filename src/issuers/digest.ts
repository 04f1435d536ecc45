import { createHash } from 'node:crypto';

/** Takes the place of a value in a cache key: keys are logged, and assertions, user names and parameters must not be. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
