import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { seed } from '../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';

const hostKey = 'a-function-key-for-this-test';
let app: BuiltApp;

beforeAll(async () => {
  const forAnyone = { callers: [{ anyone: true }], profiles: ['default'] };
  app = await startBuiltApp({
    hostKey,
    profilesFile: {
      profiles: {},
      grants: [
        { ...forAnyone, actions: ['token'] },
        {
          ...forAnyone,
          actions: ['workspaces', 'reports', 'datasets', 'refresh', 'embed'],
          workspaces: [seed.workspace.id],
        },
      ],
    },
  });
}, 60_000);
afterAll(() => app.close());

/** newman on the command line, as in the README. */
async function runNewman(functionKey: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [
    'node_modules/newman/bin/newman.js',
    'run',
    'clients/postman/powerbi-token-function.postman_collection.json',
    ...['--environment', 'clients/postman/local.postman_environment.json'],
    ...['--env-var', `baseUrl=${app.url}/api`],
    ...['--env-var', `functionKey=${functionKey}`],
    ...['--color', 'off'],
  ]);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [exitCode, output] = await Promise.all([exited, text(child.stdout)]);
  return { exitCode, output };
}

test('every request of the collection works against the stand-ins', async () => {
  const { exitCode, output } = await runNewman(hostKey);
  expect({ exitCode, failures: /# {2}failure[\s\S]*/.exec(output)?.[0] }).toEqual({ exitCode: 0, failures: undefined });
  expect(output).toMatch(/GET \/token\b/);
}, 120_000);

test('a wrong key is named in the test results', async () => {
  const { exitCode, output } = await runNewman('wrong');
  expect(exitCode).toBe(1);
  expect(output).toContain('The function key is missing or wrong.');
}, 120_000);
