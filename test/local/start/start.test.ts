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

test('the whole system comes up, shows one token shortened, serves more, and ends on Ctrl-C', async () => {
  const program = runStart('--port', '0', '--emulators-port', '0', '--no-func');
  const [, tokenUrl = ''] = await program.waitFor(/Ask again: +curl (\S+)/);

  const answer = (await (await fetch(tokenUrl)).json()) as { access_token: string; token_type: string };
  await program.waitFor(/(GET \/api\/token 200 \d+ ms[^]*){2}/);
  program.kill('SIGINT');

  expect(answer.token_type).toBe('Bearer');
  expect(program.output()).toContain(`GET ${tokenUrl} answered 200:`);
  expect(program.output()).toContain(
    `"access_token": "${answer.access_token.slice(0, 12)}... (${answer.access_token.length} characters)"`,
  );
  expect(program.output()).not.toContain(answer.access_token);
  expect(await program.exited).toBe(0);
  await expect(fetch(tokenUrl)).rejects.toThrow('fetch failed');
});

test('a taken port is told at once, with the way out', async () => {
  const port = await takePort();
  const program = runStart('--port', String(port), '--emulators-port', '0', '--no-func');

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port} is taken: stop what listens there, or choose another with --port.\n`,
  ]);
});

test("a stand-in's taken port is told by whose it is, and nothing is left running", async () => {
  const port = await takePort();
  const program = runStart('--emulators-only', '--emulators-port', String(port));

  expect([await program.exited, program.output()]).toEqual([
    1,
    `Port ${port} is taken, which the stand-in for the identity endpoint needs: stop what listens there, or choose other ports with --emulators-port.\n`,
  ]);
});

test('the stand-ins alone tell how to run the function app against them', async () => {
  const program = runStart('--emulators-only', '--emulators-port', '0');

  const [, file = ''] = await program.waitFor(/NODE_EXTRA_CA_CERTS=(\S+) func start/);
  program.kill('SIGTERM');

  expect(file).toMatch(/\.local.certificates.+\.pem$/);
  expect(await program.exited).toBe(0);
});

test('--help tells the options', async () => {
  const program = runStart('--help');

  expect(await program.exited).toBe(0);
  expect(program.output().match(/^ {2}--\S+/gm)).toEqual([
    '  --port',
    '  --func',
    '  --no-func',
    '  --emulators-only',
    '  --emulators-port',
    '  --help',
  ]);
});

test('an unknown option is refused with the help', async () => {
  const program = runStart('--prot', '7072');

  expect(await program.exited).toBe(1);
  expect(program.output()).toMatch(/^Unknown option '--prot'[^]*npm start -- \[options\]/);
});
