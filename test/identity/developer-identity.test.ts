import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachineRuntime } from '../../src/app/machine.ts';
import { createAppIdentity } from '../../src/identity/app-identity.ts';
import { createDeveloperIdentity, DEVELOPER_IDENTITY_TIMEOUT_MS } from '../../src/identity/developer-identity.ts';
import { createBudget } from '../../src/upstream/budget.ts';

const SCOPE = 'https://vault.azure.net/.default';
const path = process.env['PATH'] ?? '';
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tools-'));
  // What the shell itself needs, and no az or azd but those of the test.
  process.env['PATH'] = [directory, '/usr/bin', '/bin'].join(':');
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(directory, { recursive: true });
});

/** Puts a command line tool where the program looks for it. */
function install(name: 'az' | 'azd', script: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
}

function getToken() {
  const runtime = createMachineRuntime();
  const dependencies = {
    ...runtime,
    onRefreshFailure: () => undefined,
    attemptTimeoutMs: DEVELOPER_IDENTITY_TIMEOUT_MS,
  };
  return createAppIdentity(createDeveloperIdentity(), dependencies).getToken(SCOPE, createBudget(runtime.clock));
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const answer = `echo '{"accessToken":"the-developers-token","expires_on":${inAnHour},"tenant":"t","tokenType":"Bearer"}'`;

test("the signed-in developer's token is taken from az, however slowly it starts", async () => {
  install('az', `sleep 5.5; ${answer}`);
  const { value, scope } = await getToken();
  expect({ value, scope }).toEqual({ value: 'the-developers-token', scope: SCOPE });
});

test.each([
  ['says that nobody is signed in', 'echo "ERROR: Please run \'az login\' to setup account." >&2; exit 1'],
  ['says what nobody understands', 'echo nonsense'],
])('where az %s, the developer is told what to type', async (_, script) => {
  install('az', script);
  install('azd', 'exit 1');
  await expect(getToken()).rejects.toMatchObject({
    code: 'misconfigured',
    message:
      'No IDENTITY_ENDPOINT is set, and neither az nor azd gave a token of a developer who is signed in on this machine.',
    hint: expect.stringMatching(/^Run "az login".*az account get-access-token/) as string,
    upstream: { service: 'identity-endpoint' },
  });
});
