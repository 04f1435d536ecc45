import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { Fetch, Runtime } from '../runtime.ts';
import type { LogEntry } from '../log-events.ts';
import type { Log } from '../log.ts';
import { memberOf } from '../json.ts';

/**
 * `fetch` frees a connection one turn of the event loop after the response. A request to the same host that starts earlier opens
 * another connection and repeats the TLS handshake. The read of a secret after the vault's challenge is such a request.
 */
const fetchInNextTurn: Fetch = async (input, init) => {
  await setImmediate();
  return globalThis.fetch(input, init);
};

/** The machine itself: its clocks and timers, its network, and the process's output, which the host logs. */
export function createMachineRuntime(): Runtime {
  return {
    fetch: fetchInNextTurn,
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
 * Keeps V8 from optimising WebAssembly, which only the HTTP parser of `fetch` uses in this process. Otherwise V8 starts to
 * optimise during the first requests, which needs the processor for 30 ms. A few upstream requests an hour need no faster parser.
 *
 * `fetch` is loaded before that, by a read of `Request` that the bundler keeps. After the flag changes, Node cannot use its code
 * cache, and loading takes 7 ms longer.
 */
export function keepWebAssemblySimple(): void {
  Reflect.get(globalThis, 'Request');
  setFlagsFromString('--wasm-tiering-budget=1000000000');
}

/**
 * The text of a file beside host.json, which is the folder that the worker runs in. Undefined if there is no such file. An
 * unreadable file counts as empty: the parser then reports an error, so its grants are not lost silently. A byte order mark
 * shows UTF-16, which some editors and shells of Windows write.
 */
export function readAppFile(name: string): string | undefined {
  try {
    return decode(readFileSync(name));
  } catch (error) {
    return memberOf(error, 'code') === 'ENOENT' ? undefined : '';
  }
}

// TextDecoder removes the byte order mark.
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8').decode(bytes);
}

/**
 * The log outside of an invocation. The host copies the process's output into its own log, and takes a line's level from its
 * member `level`: without it a warning is logged as information.
 */
function createConsoleLog(): Log {
  const line = (level: 'info' | 'warn' | 'error', entry: LogEntry): string => JSON.stringify({ level, ...entry });
  return {
    info: (entry) => {
      console.info(line('info', entry));
    },
    warn: (entry) => {
      console.warn(line('warn', entry));
    },
    error: (entry) => {
      console.error(line('error', entry));
    },
  };
}
