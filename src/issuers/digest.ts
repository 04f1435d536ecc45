import { createHash } from 'node:crypto';

/** Stands for a value in a cache key: keys are logged, and user names and extra parameters are nobody's business there. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
