/** The middle value; for an even number of values, the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** The smallest value that `share` of all values do not exceed (nearest rank): 0.99 for p99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** The largest number of instants in any window of `windowMs`. */
export function peakWithin(instantsMs: readonly number[], windowMs: number): number {
  const sorted = Float64Array.from(instantsMs).sort();
  let peak = 0;
  let first = 0;
  sorted.forEach((instantMs, last) => {
    while (instantMs - (sorted[first] ?? instantMs) >= windowMs) first++;
    peak = Math.max(peak, last - first + 1);
  });
  return peak;
}
