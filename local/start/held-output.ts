export interface HeldOutput {
  write(text: string): void;
  /** Prints the lines so far, and from now on each line at once. */
  release(): void;
}

/** Keeps lines until the result is printed, so that the result comes first. */
export function createHeldOutput(print: (text: string) => void): HeldOutput {
  let held: string[] | undefined = [];
  return {
    write(text) {
      if (held === undefined) print(text);
      else held.push(text);
    },
    release() {
      for (const text of held ?? []) print(text);
      held = undefined;
    },
  };
}
