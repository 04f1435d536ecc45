import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { spawnProgram, type Program } from '../host/support/spawn-program.ts';

const programs: Program[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
  for (const server of servers.splice(0)) server.close();
});

/** Starts the app on free ports, without the demo. */
function startWith(environment: Record<string, string> = {}): Program {
  return run(['--port', '0', '--emulators-port', '0', '--no-func', '--no-demo'], environment);
}

function runStart(...args: string[]): Program {
  return run(args);
}

function run(args: readonly string[], environment: Record<string, string> = {}): Program {
  const program = spawnProgram(['local/start/start.ts', ...args], environment);
  programs.push(program);
  return program;
}

/** The process of the function app, the only child of `npm start`. */
function findApp({ pid }: Program): number {
  return Number(execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }));
}

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

test('npm start starts the app and the stand-ins, prints the result first, serves tokens, and stops on Ctrl-C', async () => {
  const program = startWith();
  const [, tokenUrl = ''] = await program.waitFor(/Call +curl (\S+)/);
  const [, page = ''] = await program.waitFor(/Open +(\S+)/);

  const answer = (await (await fetch(tokenUrl)).json()) as { access_token: string; token_type: string };
  await program.waitFor(/^\d\d:\d\d:\d\d {2}GET {2}\/api\/token {2}200 {2}\d+ ms {2}key {2}hit$/m);
  expect((await fetch(page)).status).toBe(200);
  program.kill('SIGINT');

  expect(await program.exited).toBe(0);
  const { access_token: token, token_type: type } = answer;
  expect(type).toBe('Bearer');
  expect(program.output()).toContain(
    `  Token     ${token.slice(0, 12)}... (${token.length} characters) of the profile "default", valid for 59 min\n`,
  );
  expect(program.output()).toMatch(/^ {2}Host {6}the stand-in host, because of --no-func$/m);
  expect(program.output()).toMatch(
    /^ {2}Ports {5}\d+ function app, \d+ identity endpoint, \d+ Key Vault, \d+ Entra, \d+ Power BI$/m,
  );
  expect(program.output()).toMatch(/^Building \.\.\. \d+ s$/m);
  expect(program.output()).not.toContain(token);
  expect(program.output().trimEnd().split('\n').at(-1)).toBe('Stopped.');
  await expect(fetch(tokenUrl)).rejects.toThrow('fetch failed');
});

test('Ctrl-C that ends the app before npm start itself is no failure', async () => {
  const program = startWith();
  await program.waitFor(/Ports/);

  process.kill(findApp(program), 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  program.kill('SIGINT');

  expect(await program.exited).toBe(0);
  expect(program.output()).not.toContain('The function app has ended');
});

test('an app that ends by itself ends npm start, and a message says so', async () => {
  const program = startWith();
  await program.waitFor(/Ports/);

  process.kill(findApp(program), 'SIGKILL');

  expect(await program.exited).toBe(1);
  expect(program.output()).toContain('The function app has ended. The lines above say why.\nStopped.\n');
});

test('errors in the settings are printed at the start', async () => {
  const program = startWith({ CALLER_AUTH: 'keys' });
  await program.waitFor(/^! The setting CALLER_AUTH must be .+$/m);

  expect(program.output()).toContain('  Token     none: 500 misconfigured, because of the errors below\n');
});

test('a port in use is reported at once, with what to do', async () => {
  const port = await takePort();
  const program = runStart('--port', String(port), '--emulators-port', '0', '--no-func');

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port} is in use. Stop the program that listens there, or choose another port with --port. ` +
      'For a second copy beside another npm start: npm start -- --port 0 --emulators-port 0 --demo-port 0\n',
  ]);
});

test('a port in use that a stand-in needs is reported with its name, and no process is left running', async () => {
  const port = await takePort();
  const program = runStart('--emulators-only', '--emulators-port', String(port));

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port}, which the stand-in for the identity endpoint needs, is in use. ` +
      'Stop the program that listens there, or choose other ports with --emulators-port. ' +
      'For a second copy beside another npm start: npm start -- --port 0 --emulators-port 0 --demo-port 0\n',
  ]);
});

test('npm run emulators prints how to run the function app against the stand-ins', async () => {
  const program = runStart('--emulators-only', '--emulators-port', '0');

  const [, file = ''] = await program.waitFor(/NODE_EXTRA_CA_CERTS=(\S+) func start/);
  program.kill('SIGTERM');

  expect(file).toMatch(/\.local.certificates.+\.pem$/);
  expect(await program.exited).toBe(0);
});

test('--help lists the options', async () => {
  const program = runStart('--help');

  expect(await program.exited).toBe(0);
  expect(program.output().match(/^ {2}--\S+/gm)).toEqual([
    '  --port',
    '  --func',
    '  --no-func',
    '  --no-demo',
    '  --demo-port',
    '  --emulators-only',
    '  --emulators-port',
    '  --verbose',
    '  --help',
  ]);
});

test('an unknown option is refused with the help', async () => {
  const program = runStart('--prot', '7072');

  expect(await program.exited).toBe(1);
  expect(program.output()).toMatch(
    /^The option --prot does not exist\. Did you mean --port\?\n\n[^]*npm start -- \[options\]/,
  );
});
