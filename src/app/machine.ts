import { readFileSync } from 'node:fs';
import type { Runtime } from '../runtime.ts';
import type { LogEntry } from '../log-events.ts';
import type { Log } from '../log.ts';
import { memberOf } from '../json.ts';

/** The machine itself: its clocks and timers, its network, and the process's output, which the host logs. */
export function createMachineRuntime(): Runtime {
  return {
    fetch: globalThis.fetch,
    random: Math.random,
    log: createConsoleLog(),
    clock: {
      now: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
      schedule(delayMs, callback) {
        const timer = setTimeout(callback, delayMs);
        return () => {
          clearTimeout(timer);
        };
      },
    },
  };
}

/**
 * A file beside host.json: the worker runs in that folder. Undefined where it is not there. One that is there and cannot be read is
 * empty, which is a fault to whoever parses it: with it, its grants would be gone, and nobody would know.
 */
export function readAppFile(name: string): string | undefined {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    return memberOf(error, 'code') === 'ENOENT' ? undefined : '';
  }
}

/** For what belongs to no invocation: the host takes the process's output into its log. */
function createConsoleLog(): Log {
  const line = (entry: LogEntry): string => JSON.stringify(entry);
  return {
    info: (entry) => {
      console.info(line(entry));
    },
    warn: (entry) => {
      console.warn(line(entry));
    },
    error: (entry) => {
      console.error(line(entry));
    },
  };
}
