import { createAppFolder, type AppFolder } from './support/app-folder.ts';
import { spawnProgram, type Program } from './support/spawn-program.ts';

const source = `
import { app } from '@azure/functions';
app.http('hello', { authLevel: 'function', handler: (request, context) => { context.log('greeted'); return { body: 'hello' }; } });
app.http('rejects', { authLevel: 'anonymous', handler: () => { void Promise.reject(new Error('left unhandled')); return {}; } });
app.http('slow', { authLevel: 'anonymous', handler: (request, context) => { context.log('slow began'); return new Promise((resolve) => setTimeout(resolve, 500, { body: 'done' })); } });
`;

let folder: AppFolder;
const programs: Program[] = [];

beforeAll(async () => {
  folder = await createAppFolder({ source });
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
});
afterAll(() => {
  folder.remove();
});

async function startMain(...args: string[]): Promise<{ program: Program; url: string }> {
  const program = spawnProgram(['local/host/main.ts', '--directory', folder.directory, '--port', '0', ...args]);
  programs.push(program);
  const [, port = ''] = await program.waitFor(/Listening on http:\/\/localhost:(\d+)/);
  return { program, url: `http://127.0.0.1:${port}` };
}

test('main.ts runs the bundle, and prints its routes, its log lines and a line per request', async () => {
  const { program, url } = await startMain();

  expect(await (await fetch(`${url}/api/hello?code=secret`)).text()).toBe('hello');

  await program.waitFor(/^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] GET \/api\/hello 200 \d+ ms$/m);
  expect(program.output()).toMatch(/^ {2}hello: \[GET,POST\] http:\/\/localhost:\d+\/api\/hello$/m);
  expect(program.output()).toMatch(/^\[\S+Z\] greeted$/m);
  expect(program.output()).not.toContain('secret');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the host with code 0, after the running request', async (signal) => {
  const { program, url } = await startMain();
  const slow = fetch(`${url}/api/slow`);
  await program.waitFor(/slow began/);

  program.kill(signal);

  expect(await (await slow).text()).toBe('done');
  expect(await program.exited).toBe(0);
});

test('an unhandled rejection in the app ends the process with code 1', async () => {
  const { program, url } = await startMain();

  await fetch(`${url}/api/rejects`);

  expect(await program.exited).toBe(1);
  expect(program.output()).toContain('left unhandled');
});

test('a port in use is one line and code 1', async () => {
  const { url } = await startMain();
  const { port } = new URL(url);
  const second = spawnProgram(['local/host/main.ts', '--directory', folder.directory, '--port', port]);
  programs.push(second);

  expect(await second.exited).toBe(1);
  expect(second.output()).toBe(
    `Port ${port} is in use. Stop the program that listens there, or choose another port with --port.\n`,
  );
});

test('--enforce-keys without a key makes one and prints it', async () => {
  const { program, url } = await startMain('--enforce-keys');
  const [, key = ''] = await program.waitFor(/Host key "default": (\S+)/);

  expect((await fetch(`${url}/api/hello`)).status).toBe(401);
  expect((await fetch(`${url}/api/hello`, { headers: { 'x-functions-key': key } })).status).toBe(200);
});

test('--host-key names the key', async () => {
  const { url } = await startMain('--enforce-keys', '--host-key', 'ci=a=b');

  expect((await fetch(`${url}/api/hello?code=A%3Db`)).status).toBe(200);
});

test.each([
  [['--port', 'http'], '--port http is not a port. Give a number from 0 to 65535.\n'],
  [['--enforce-keys', '--host-key', 'nameless'], 'Write --host-key NAME=KEY.\n'],
])('the arguments %j are refused with one line', async (args, message) => {
  const program = spawnProgram(['local/host/main.ts', ...args]);
  programs.push(program);

  expect([await program.exited, program.output()]).toEqual([1, message]);
});

test('an app in stream mode does not start', async () => {
  const streaming = await createAppFolder({
    source: `import { app } from '@azure/functions';
      app.setup({ enableHttpStream: true });
      app.http('a', { authLevel: 'anonymous', handler: () => ({}) });`,
  });
  const program = spawnProgram(['local/host/main.ts', '--directory', streaming.directory, '--port', '0']);
  programs.push(program);

  expect([await program.exited, program.output()]).toEqual([
    1,
    'The app sets enableHttpStream, which the stand-in host does not support. Remove it.\n',
  ]);
  streaming.remove();
});
