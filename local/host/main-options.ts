import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FunctionKeys } from './function-keys.ts';
import { HostStartError } from './host-start-error.ts';

export interface MainOptions {
  readonly directory: string;
  readonly port: number | undefined;
  readonly keys: FunctionKeys | undefined;
}

/** Reads the command line of the stand-in host; a HostStartError says what is wrong with it. */
export function parseMainOptions(args: readonly string[], defaultDirectory: string): MainOptions {
  const values = parse(args);
  return {
    directory: resolve(values.directory ?? defaultDirectory),
    port: values.port === undefined ? undefined : parsePort(values.port),
    keys: values['enforce-keys'] === true ? readKeys(values) : undefined,
  };
}

/** A port as a command line gives it; 0 means any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new HostStartError(`--port ${text} is no port: give 0 to 65535.`);
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
        'master-key': { type: 'string' },
        'host-key': { type: 'string', multiple: true },
        'function-key': { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    throw new HostStartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

interface KeyValues {
  readonly 'master-key'?: string;
  readonly 'host-key'?: readonly string[];
  readonly 'function-key'?: readonly string[];
}

// --host-key NAME=KEY, --function-key FUNCTION:NAME=KEY. With no key at all nothing could be called: one is made up.
function readKeys({
  'master-key': master,
  'host-key': host = [],
  'function-key': ofFunctions = [],
}: KeyValues): FunctionKeys {
  const isNoneGiven = master === undefined && host.length === 0 && ofFunctions.length === 0;
  const functions: Record<string, Record<string, string>> = {};
  for (const text of ofFunctions) {
    const [functionName, named] = splitOnce(text, ':', '--function-key FUNCTION:NAME=KEY');
    const [name, key] = splitOnce(named, '=', '--function-key FUNCTION:NAME=KEY');
    functions[functionName] = { ...functions[functionName], [name]: key };
  }
  return {
    host: isNoneGiven
      ? { default: randomUUID() }
      : Object.fromEntries(host.map((text) => splitOnce(text, '=', '--host-key NAME=KEY'))),
    functions,
    ...(master === undefined ? {} : { master }),
  };
}

function splitOnce(text: string, separator: string, form: string): [string, string] {
  const index = text.indexOf(separator);
  if (index <= 0) throw new HostStartError(`Write ${form}.`);
  return [text.slice(0, index), text.slice(index + 1)];
}
