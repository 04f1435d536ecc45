import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { HostKeys } from './function-keys.ts';
import { HostStartError } from './host-start-error.ts';

export interface MainOptions {
  readonly directory: string;
  readonly port: number | undefined;
  readonly keys: HostKeys | undefined;
}

/** Reads the command line of the stand-in host. A HostStartError says what is wrong with it. */
export function parseMainOptions(args: readonly string[], defaultDirectory: string): MainOptions {
  const values = parse(args);
  return {
    directory: resolve(values.directory ?? defaultDirectory),
    port: values.port === undefined ? undefined : parsePort(values.port),
    keys: values['enforce-keys'] === true ? readKeys(values['host-key']) : undefined,
  };
}

/** The port that a command line gives with `option`. 0 means any free port. */
export function parsePort(text: string, option = '--port'): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new HostStartError(`${option} ${text} is not a port. Give a number from 0 to 65535.`);
  }
  return port;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        directory: { type: 'string' },
        port: { type: 'string', short: 'p' },
        'enforce-keys': { type: 'boolean' },
        'host-key': { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    throw new HostStartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

// Without a key no guarded function could be called, so one is generated.
function readKeys(given: readonly string[] = []): HostKeys {
  return given.length === 0 ? { default: randomUUID() } : Object.fromEntries(given.map(readNamedKey));
}

function readNamedKey(text: string): [name: string, key: string] {
  const { name, key } = /^(?<name>[^=]+)=(?<key>.+)$/.exec(text)?.groups ?? {};
  if (name === undefined || key === undefined) throw new HostStartError('Write --host-key NAME=KEY.');
  return [name, key];
}
