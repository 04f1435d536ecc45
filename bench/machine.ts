import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where and when figures were made: without it they cannot be compared with others. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly date: string;
  /** Of the minute before: more than a little means that others were at work too. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    date: new Date().toISOString().slice(0, 10),
    loadBefore: loadavg()[0] ?? NaN,
  };
}
