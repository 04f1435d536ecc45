import { parseArgs } from 'node:util';
import { parsePort } from '../host/main-options.ts';
import { HostStartError } from '../host/host-start-error.ts';
import { findOptionsKeptByNpm } from './npm-options.ts';

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

const optionTypes = {
  port: { type: 'string' },
  func: { type: 'boolean' },
  'emulators-only': { type: 'boolean' },
  'emulators-port': { type: 'string' },
} as const;

/** Reads the command line of `npm start`; a HostStartError says what is wrong with it, or with what npm made of it. */
export function parseStartOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const given = parse(args);
  const kept = findOptionsKeptByNpm(optionTypes, given, environment);
  if (kept.length > 0) {
    const event = environment['npm_lifecycle_event'] ?? 'start';
    const command = event === 'start' ? 'npm start' : `npm run ${event}`;
    throw new HostStartError(
      `npm takes what stands before -- for its own options. Did you mean: ${command} -- ${kept.join(' ')}`,
    );
  }
  const [stray] = given.positionals;
  if (stray !== undefined) throw new HostStartError(`Unexpected argument '${stray}'.\n\n${help}`);
  const { values } = given;
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
      allowPositionals: true,
      options: { ...optionTypes, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostStartError(`${reason}\n\n${help}`, { cause: error });
  }
}
