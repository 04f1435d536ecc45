import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'install-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A port on which no server listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('without a network, the first start names the registry and the reason, without user name and password', async () => {
  const dependencies = { 'is-odd': '3.0.1' };
  const own = { name: 'app', version: '1.0.0', dependencies };
  const resolved = 'https://registry.npmjs.org/is-odd/-/is-odd-3.0.1.tgz';
  const packages = { '': own, 'node_modules/is-odd': { version: '3.0.1', resolved } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...own, lockfileVersion: 3, packages }));
  mkdirSync(join(folder, 'scripts'));
  cpSync('scripts/install-missing.mjs', join(folder, 'scripts/install-missing.mjs'));
  const port = await findClosedPort();
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    npm_config_cache: join(folder, 'cache'),
    npm_config_registry: `http://ada:hunter2@127.0.0.1:${port}/private/`,
    npm_config_fetch_retries: '0',
  };

  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [join(folder, 'scripts/install-missing.mjs')], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code, output: `${stdout}${stderr}` });
    });
  });

  expect([code, output]).toEqual([
    1,
    expect.stringMatching(
      `^Installing the dependencies \\(npm ci\\) \\.\\.\\. \\d+ s\\nnpm cannot reach its registry http://127\\.0\\.0\\.1:${port} \\(ECONNREFUSED\\)\\. [^@]+and try again\\.\\n$`,
    ),
  ]);
});
