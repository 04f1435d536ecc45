import { parseArgs } from 'node:util';
import { parsePort } from '../host/main-options.ts';
import { HostStartError } from '../host/host-start-error.ts';
import { nearestName } from './nearest-name.ts';
import { findOptionsKeptByNpm } from './npm-options.ts';

export const help = `npm start -- [options]

Runs the function app on this machine against stand-ins for Azure. It needs no Azure account and no network connection.

  --port N             port of the function app (default: LocalHttpPort of local.settings.json, else 7071)
  --func               run it under Azure Functions Core Tools
  --no-func            run it under the stand-in host, even if Core Tools are installed
  --no-demo            without the demo page
  --demo-port N        first of the three ports of the demo (default 7090; 0: any free ports)
  --emulators-only     only the stand-ins for Azure, to run "func start" yourself
  --emulators-port N   first of the four ports of the stand-ins (default 7080; 0: any free ports)
  --verbose            complete log lines
  --help               this text
`;

export interface StartOptions {
  readonly help: boolean;
  /** Undefined: the port of local.settings.json, else 7071. */
  readonly port: number | undefined;
  /** Undefined: Core Tools if they are installed, else the stand-in host. */
  readonly useCoreTools: boolean | undefined;
  readonly emulatorsOnly: boolean;
  readonly emulatorsPort: number;
  readonly demo: boolean;
  readonly demoPort: number;
  readonly verbose: boolean;
}

const optionTypes = {
  port: { type: 'string' },
  func: { type: 'boolean' },
  'emulators-only': { type: 'boolean' },
  'emulators-port': { type: 'string' },
  demo: { type: 'boolean' },
  'demo-port': { type: 'string' },
  verbose: { type: 'boolean' },
} as const;

/** Reads the command line of `npm start`. A HostStartError says what is wrong with it, also if npm took an option. */
export function parseStartOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const given = parse(args);
  const kept = findOptionsKeptByNpm(optionTypes, given, environment);
  if (kept.length > 0) {
    const event = environment['npm_lifecycle_event'] ?? 'start';
    const command = event === 'start' ? 'npm start' : `npm run ${event}`;
    throw new HostStartError(`npm takes options before -- for itself. Did you mean: ${command} -- ${kept.join(' ')}`);
  }
  const [stray] = given.positionals;
  if (stray !== undefined) throw new HostStartError(`Unexpected argument '${stray}'.\n\n${help}`);
  const { values } = given;
  return {
    help: values.help ?? false,
    port: values.port === undefined ? undefined : parsePort(values.port),
    useCoreTools: values.func,
    emulatorsOnly: values['emulators-only'] ?? false,
    emulatorsPort: parsePort(values['emulators-port'] ?? '7080', '--emulators-port'),
    demo: values.demo ?? true,
    demoPort: parsePort(values['demo-port'] ?? '7090', '--demo-port'),
    verbose: values.verbose ?? false,
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
    throw new HostStartError(`${describeParseError(error, args)}\n\n${help}`, { cause: error });
  }
}

// Node's own message for an unknown option explains positional arguments.
function describeParseError(error: unknown, args: readonly string[]): string {
  const { code, message } = error as { code?: unknown; message: string };
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message;
  const unknown = /'(-[^']*)'/.exec(message)?.[1] ?? args.join(' ');
  const known = Object.keys(optionTypes).flatMap((name) => [`--${name}`, `--no-${name}`]);
  const nearest = nearestName(unknown, known);
  const suggestion = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `The option ${unknown} does not exist.${suggestion}`;
}
