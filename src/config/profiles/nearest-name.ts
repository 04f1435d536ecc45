import { closest, distance } from 'fastest-levenshtein';

const MAX_TYPOS = 2;

/** The name that was probably meant. Undefined if none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(written, [...known]);
  return distance(written.toLowerCase(), near.toLowerCase()) <= MAX_TYPOS ? near : undefined;
}
