/** Power BI throttles by the hour. More than a day is a mistake of the upstream. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/**
 * Whole seconds from a `Retry-After` header (RFC 9110 section 10.2.3: seconds or a date), rounded up. Undefined if the
 * header is missing or cannot be read.
 */
export function parseRetryAfterSeconds(header: string | null | undefined, nowMs: number): number | undefined {
  if (header === null || header === undefined) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (parseHttpDateMs(header.trim()) - nowMs) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(0, Math.ceil(seconds)));
}

/**
 * Every form of an HTTP-date (RFC 9110 section 5.6.7) begins with the day of the week, and the oldest form does not say GMT.
 * Date.parse alone would accept "1.5" and "-5" as dates, and read the oldest form as local time.
 */
function parseHttpDateMs(date: string): number {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(date)) return NaN;
  return Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
}
