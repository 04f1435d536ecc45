import { HostStartError } from '../../../local/host/host-start-error.ts';
import { parseStartOptions } from '../../../local/start/options.ts';

function refusalOf(args: readonly string[], environment: NodeJS.ProcessEnv): string {
  try {
    parseStartOptions(args, environment);
  } catch (error) {
    if (error instanceof HostStartError) return error.message;
    throw error;
  }
  return 'none';
}

const refusal = 'npm takes options before -- for itself. Did you mean: ';

test('without options the default ports apply, and Core Tools run if they are installed', () => {
  expect(parseStartOptions([], {})).toEqual({
    help: false,
    port: undefined,
    useCoreTools: undefined,
    emulatorsOnly: false,
    emulatorsPort: 7080,
    demo: true,
    demoPort: 7090,
    verbose: false,
  });
});

// The interpretation of each command line is that of npm 11.
test.each<[typed: string, args: string[], environment: NodeJS.ProcessEnv, meant: string]>([
  ['npm start --port 7072', ['7072'], { npm_config_port: 'true' }, 'npm start -- --port 7072'],
  ['npm start --port=7072', [], { npm_config_port: '7072' }, 'npm start -- --port 7072'],
  ['npm start --no-func', [], { npm_config_func: '' }, 'npm start -- --no-func'],
  ['npm start --func', [], { npm_config_func: 'true' }, 'npm start -- --func'],
  [
    'npm start --port 7072 --emulators-port 7480',
    ['7072', '7480'],
    { npm_config_port: 'true', npm_config_emulators_port: 'true' },
    'npm start -- --port N --emulators-port N',
  ],
  [
    'npm run emulators --emulators-port 7480',
    ['--emulators-only', '7480'],
    { npm_config_emulators_port: 'true', npm_lifecycle_event: 'emulators' },
    'npm run emulators -- --emulators-port 7480',
  ],
])('a forgotten -- in "%s" is reported', (_, args, environment, meant) => {
  expect(refusalOf(args, environment)).toBe(`${refusal}${meant}`);
});

test('an option after -- counts, however npm interprets the others', () => {
  expect(parseStartOptions(['--port', '7072'], { npm_config_port: '7073' }).port).toBe(7072);
});

test('a stray argument is refused with the help', () => {
  expect(refusalOf(['7072'], {})).toMatch(/^Unexpected argument '7072'\.\n\nnpm start -- \[options\]/);
});
