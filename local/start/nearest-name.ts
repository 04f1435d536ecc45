import { closest, distance } from 'fastest-levenshtein';

const largestTypo = 2;

/** The name that was probably meant, whatever its letter case. Undefined if none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const upper = known.map((name) => name.toUpperCase());
  const nearest = closest(written.toUpperCase(), upper);
  const isNear = distance(written.toUpperCase(), nearest) <= Math.min(largestTypo, written.length / 3);
  return isNear ? known[upper.indexOf(nearest)] : undefined;
}
