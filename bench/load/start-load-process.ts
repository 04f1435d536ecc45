import { startChildProcess } from '../child-process.ts';
import type { Load, LoadRequest } from './generate-load.ts';

export interface LoadProcess {
  generate(wish: LoadRequest): Promise<Load>;
  close(): Promise<void>;
}

/** The load generator in a process of its own. */
export function startLoadProcess(): LoadProcess {
  const child = startChildProcess('load/load-process.ts');
  return {
    generate(wish) {
      child.send(wish);
      return child.receive() as Promise<Load>;
    },
    close: child.close,
  };
}
