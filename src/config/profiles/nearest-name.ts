import { closest, distance } from 'fastest-levenshtein';

const MAX_TYPOS = 2;

/** The name that was probably meant, whatever its letter case. Undefined if none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lowerCase = known.map((name) => name.toLowerCase());
  const near = closest(written.toLowerCase(), lowerCase);
  // Two typos in two letters are another name.
  const isNear = distance(written.toLowerCase(), near) <= Math.min(MAX_TYPOS, written.length / 2);
  return isNear ? known[lowerCase.indexOf(near)] : undefined;
}
