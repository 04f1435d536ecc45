import type { EmbedAnswer } from './request-embedding.ts';

const LONGEST_PAUSE_SECONDS = 60;
/** `refresh_in` is 0 while the app has no newer token: a request at once would return the same one. */
const DUE_PAUSE_SECONDS = 30;

/** The time of the next renewal: up to a tenth earlier than `refresh_in`, so that pages do not renew at the same moment. */
export function renewInSeconds({ refresh_in, expires_in }: EmbedAnswer): number {
  return Math.max(
    1,
    refresh_in > 0 ? refresh_in * (1 - Math.random() / 10) : Math.min(DUE_PAUSE_SECONDS, expires_in / 2),
  );
}

/** The pause after a failure: the app's Retry-After plus up to a tenth, or else twice as long each time. */
export function retryInSeconds(failures: number, retryAfterSeconds?: number): number {
  if (retryAfterSeconds) return retryAfterSeconds * (1 + Math.random() / 10);
  return Math.min(LONGEST_PAUSE_SECONDS, 2 ** failures) * (1 - Math.random() / 2);
}
