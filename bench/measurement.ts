/** The result of one measurement: figures from one run, side by side. */
export interface Measurement {
  readonly title: string;
  /** How it was measured, so that a reader can judge it. */
  readonly method: string;
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** The threshold that was set in advance; absent if the figure is only for comparison. */
  readonly wanted?: Threshold;
}

export type Unit = 'requests/s' | 'ms' | 'µs' | 'KiB' | 'MiB' | 'times' | 'requests';

export type Threshold = { readonly atLeast: number } | { readonly atMost: number };

/** Undefined where nothing was wanted. */
export function isMet({ value, wanted }: Figure): boolean | undefined {
  if (wanted === undefined) return undefined;
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost;
}
