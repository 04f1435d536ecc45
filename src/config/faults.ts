/** Something wrong with a setting. `problem` says what it must be, never what it is: values may be secrets put in the wrong place. */
export interface Fault {
  /** The setting's name, or the path within profiles.json. */
  readonly name: string;
  readonly problem: string;
}

/** Every fault in one sentence, for `detail`. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults.map(({ name, problem }) => `${name} ${problem}`).join('; ') + '.';
}
