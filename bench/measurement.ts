/** The result of one measurement: its figures from one run. */
export interface Measurement {
  readonly title: string;
  /** How it was measured. */
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

/** Undefined without a threshold. */
export function isMet({ value, wanted }: Figure): boolean | undefined {
  if (wanted === undefined) return undefined;
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost;
}
