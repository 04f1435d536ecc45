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
  // The tools of the shell, without the machine's az and azd.
  process.env['PATH'] = [directory, '/usr/bin', '/bin'].join(':');
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(directory, { recursive: true });
});

/** Puts a command line tool on the PATH. */
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
  return createAppIdentity(createDeveloperIdentity(runtime.clock), dependencies).getToken(
    SCOPE,
    createBudget(runtime.clock),
  );
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const answer = `echo '{"accessToken":"the-developers-token","expires_on":${inAnHour},"tenant":"t","tokenType":"Bearer"}'`;

test("the signed-in developer's token comes from az, even if az starts slowly", async () => {
  install('az', `sleep 5.5; ${answer}`);
  const { value, scope } = await getToken();
  expect({ value, scope }).toEqual({ value: 'the-developers-token', scope: SCOPE });
});

test.each([
  ['says that no one is signed in', 'echo "ERROR: Please run \'az login\' to setup account." >&2; exit 1'],
  ['prints nonsense', 'echo nonsense'],
])('if az %s, the hint says which command to run', async (_, script) => {
  install('az', script);
  install('azd', 'exit 1');
  await expect(getToken()).rejects.toMatchObject({
    code: 'misconfigured',
    message: 'IDENTITY_ENDPOINT is not set, and neither az nor azd returned a token of a signed-in developer.',
    hint: expect.stringMatching(/^Run "az login".*az account get-access-token/) as string,
    upstream: { service: 'identity-endpoint' },
  });
});
