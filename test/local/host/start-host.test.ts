import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHost } from '../../../local/host/start-host.ts';
import { eventually } from '../../support/eventually.ts';
import { createAppFolder } from './support/app-folder.ts';
import { startTestHost } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
let count = 0;
app.http('count', { authLevel: 'anonymous', handler: () => ({ body: String(++count) }) });
app.http('slow', { authLevel: 'anonymous', handler: (request, context) => { context.log('slow began'); return new Promise((resolve) => setTimeout(resolve, 500, { body: 'done' })); } });
`;

test('a port in use is an error that says what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    await expect(startTestHost({ source }, { port })).rejects.toMatchObject({
      name: 'HostStartError',
      message: `Port ${port} is in use. Stop the program that listens there, or choose another port with --port.`,
    });
  } finally {
    other.close();
  }
});

test('without a given port the host listens on LocalHttpPort of local.settings.json', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));

  const host = await startTestHost({ source, localSettings: { Host: { LocalHttpPort: port } } }, { port: undefined });
  await host.close();

  expect(host.url).toBe(`http://127.0.0.1:${port}`);
});

test('closing lets a running request end and accepts no new one', async () => {
  const host = await startTestHost({ source });
  const slow = fetch(`${host.url}/api/slow`);
  await eventually(() => JSON.stringify(host.entries).includes('slow began'));

  const closed = host.close();
  const answer = await slow;

  expect([answer.status, await answer.text()]).toEqual([200, 'done']);
  await closed;
  await expect(fetch(`${host.url}/api/count`)).rejects.toThrow('fetch failed');
  await host.close();
});

test('an app that is started again has no state of the first start', async () => {
  const folder = await createAppFolder({ source });
  const counts: string[] = [];
  for (let run = 0; run < 2; run++) {
    const host = await startHost({ directory: folder.directory, port: 0, log: () => undefined });
    counts.push(await (await fetch(`${host.url}/api/count`)).text());
    await host.close();
  }
  folder.remove();

  expect(counts).toEqual(['1', '1']);
});

test('without a bundle the error says how to build it', async () => {
  const folder = await createAppFolder({ source });
  folder.writeJson('package.json', { main: 'elsewhere/index.cjs' });
  try {
    await expect(startHost({ directory: folder.directory, port: 0, log: () => undefined })).rejects.toThrow(
      `There is no elsewhere/index.cjs in ${folder.directory}. Run "npm run build" first.`,
    );
  } finally {
    folder.remove();
  }
});

test('every file that main matches is loaded, CommonJS and ES module alike', async () => {
  const folder = await createAppFolder({ source });
  writeFileSync(
    join(folder.directory, 'dist/more.mjs'),
    `import { createRequire } from 'node:module';
     const core = createRequire(import.meta.url)('@azure/functions-core');
     core.registerFunction({ name: 'more', bindings: { trigger: { type: 'httpTrigger', direction: 'in', methods: ['GET'] } } }, () => {});`,
  );
  folder.writeJson('package.json', { main: 'dist/*' });
  const host = await startHost({ directory: folder.directory, port: 0, log: () => undefined });
  await host.close();
  folder.remove();

  expect(host.routes.map(({ functionName }) => functionName).sort()).toEqual(['count', 'more', 'slow']);
});

test.each([
  [
    'a route with unsupported syntax',
    `app.http('bad', { route: 'x/{id:int}', handler: () => ({}) });`,
    'The route "api/x/{id:int}" of the function "bad" cannot be used: the segment "{id:int}" is not supported here',
  ],
  [
    'an admin function',
    `app.http('bad', { authLevel: 'admin', handler: () => ({}) });`,
    'The function "bad" has the auth level "admin".',
  ],
  ['a hook', `app.hook.preInvocation(() => {});`, 'The app registers the hook "preInvocation".'],
  [
    'two functions with one name',
    `app.http('a', { handler: () => ({}) }); app.http('a', { handler: () => ({}) });`,
    '"a"',
  ],
  ['an entry that throws', `throw new Error('at import');`, 'at import'],
])('the host does not start with %s', async (_what, statements, message) => {
  const bad = `import { app } from '@azure/functions'; ${statements}`;

  await expect(startTestHost({ source: bad })).rejects.toThrow(message);
});
