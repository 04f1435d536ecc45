import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { spawnProgram, type Program } from '../host/support/spawn-program.ts';

const programs: Program[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
  for (const server of servers.splice(0)) server.close();
});

function runStart(...args: string[]): Program {
  const program = spawnProgram(['local/start/start.ts', ...args]);
  programs.push(program);
  return program;
}

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

test('npm start starts the app and the stand-ins, prints the result first, serves tokens, and stops on Ctrl-C', async () => {
  const program = runStart('--port', '0', '--emulators-port', '0', '--no-func', '--no-demo');
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

test('a port in use is reported at once, with what to do', async () => {
  const port = await takePort();
  const program = runStart('--port', String(port), '--emulators-port', '0', '--no-func');

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port} is in use. Stop the program that listens there, or choose another port with --port.\n`,
  ]);
});

test('a port in use that a stand-in needs is reported with its name, and no process is left running', async () => {
  const port = await takePort();
  const program = runStart('--emulators-only', '--emulators-port', String(port));

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port}, which the stand-in for the identity endpoint needs, is in use. ` +
      'Stop the program that listens there, or choose other ports with --emulators-port.\n',
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
  expect(program.output()).toMatch(/^Unknown option '--prot'[^]*npm start -- \[options\]/);
});
