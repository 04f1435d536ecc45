import { parseArgs } from 'node:util';
import { parsePort } from './host/main-options.ts';
import { HostStartError } from './host/host-start-error.ts';

export const help = `npm start -- [options]

Runs the function app on this machine against stand-ins for Azure: no account, no network.

  --port N             where the function app listens (default 7071)
  --func               run it under Azure Functions Core Tools
  --no-func            run it under the stand-in host, also where Core Tools are installed
  --emulators-only     only the stand-ins for Azure, for a "func start" by hand
  --emulators-port N   the first of the four ports of the stand-ins (default 7080; 0: any free ones)
  --help               this text
`;

export interface StartOptions {
  readonly help: boolean;
  readonly port: number;
  /** Undefined: Core Tools where they are installed, else the stand-in host. */
  readonly useCoreTools: boolean | undefined;
  readonly emulatorsOnly: boolean;
  readonly emulatorsPort: number;
}

/** Reads the command line of `npm start`; a HostStartError says what is wrong with it. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values = parse(args);
  return {
    help: values.help ?? false,
    port: parsePort(values.port ?? '7071'),
    useCoreTools: values.func,
    emulatorsOnly: values['emulators-only'] ?? false,
    emulatorsPort: parsePort(values['emulators-port'] ?? '7080'),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: 'string' },
        func: { type: 'boolean' },
        'emulators-only': { type: 'boolean' },
        'emulators-port': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostStartError(`${reason}\n\n${help}`, { cause: error });
  }
}
