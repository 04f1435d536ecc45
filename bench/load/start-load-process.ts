import { startChildProcess } from '../child-process.ts';
import type { Load, LoadRequest } from './generate-load.ts';

export interface LoadProcess {
  generate(request: LoadRequest): Promise<Load>;
  close(): Promise<void>;
}

/** The load generator in a separate process. */
export function startLoadProcess(): LoadProcess {
  const child = startChildProcess('load/load-process.ts');
  return {
    generate(request) {
      child.send(request);
      return child.receive() as Promise<Load>;
    },
    close: child.close,
  };
}
