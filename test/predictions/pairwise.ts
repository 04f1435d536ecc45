/** Choices by name. Each choice has one or more alternatives. */
export type Choices<T> = Readonly<Record<string, readonly [T, ...T[]]>>;

/**
 * Selections of one alternative per choice. Any two alternatives of two choices occur together in at least one selection,
 * because nearly every fault of options needs at most two of them. The result depends only on the choices.
 */
export function pairwise<T>(choices: Choices<T>): T[][] {
  const alternatives = Object.values(choices);
  const missing = new Set(allPairs(alternatives.map(({ length }) => length)));
  const selections: number[][] = [];
  while (missing.size > 0) {
    const selection = selectionWithMost(
      missing,
      alternatives.map(({ length }) => length),
    );
    for (const pair of pairsOf(selection)) missing.delete(pair);
    selections.push(selection);
  }
  return selections.map((selection) =>
    selection.map((alternative, choice) => alternatives[choice]?.[alternative] as T),
  );
}

function pairOf(first: number, alternative: number, second: number, other: number): string {
  return `${first}:${alternative} ${second}:${other}`;
}

function pairsOf(selection: readonly number[]): string[] {
  return selection.flatMap((alternative, first) =>
    selection.slice(first + 1).map((other, index) => pairOf(first, alternative, first + 1 + index, other)),
  );
}

function allPairs(counts: readonly number[]): string[] {
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  return counts.flatMap((count, first) =>
    counts
      .slice(first + 1)
      .flatMap((others, index) =>
        range(count).flatMap((alternative) =>
          range(others).map((other) => pairOf(first, alternative, first + 1 + index, other)),
        ),
      ),
  );
}

/** Begins with a missing pair, so it always makes progress; then selects, choice by choice, the alternative that adds the most pairs. */
function selectionWithMost(missing: ReadonlySet<string>, counts: readonly number[]): number[] {
  const [start = ''] = missing;
  const [first = 0, alternative = 0, second = 0, other = 0] = start.split(/[: ]/).map(Number);
  const selected = new Map([
    [first, alternative],
    [second, other],
  ]);
  for (const [choice, count] of counts.entries()) {
    if (selected.has(choice)) continue;
    const gains = Array.from({ length: count }, (_, candidate) => gainOf(missing, selected, choice, candidate));
    selected.set(choice, gains.indexOf(Math.max(...gains)));
  }
  return counts.map((_, choice) => selected.get(choice) ?? 0);
}

function gainOf(
  missing: ReadonlySet<string>,
  selected: ReadonlyMap<number, number>,
  ...[choice, candidate]: [number, number]
): number {
  return [...selected].filter(([other, alternative]) =>
    missing.has(
      other < choice ? pairOf(other, alternative, choice, candidate) : pairOf(choice, candidate, other, alternative),
    ),
  ).length;
}
