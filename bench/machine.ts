import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** When and on which machine the figures were measured. Figures of different machines cannot be compared. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly date: string;
  /** Of the minute before. A value above zero shows that other programs used the machine. */
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
