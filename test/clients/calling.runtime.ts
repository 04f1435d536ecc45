import { seed } from '../../local/emulators/emulators.ts';
import { ENTRA_CALLERS } from '../support/entra-callers.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';
import { readExample, runExample, type Run } from './run-example.ts';

const hostKey = 'a-function-key-for-this-test';

describe.each([
  ['requests', readExample('## Python', 'python', 0), /401: the function key is missing or wrong\./],
  // Authlib parses the empty body of the platform as JSON.
  ['Authlib', readExample('## Python', 'python', 1), /JSONDecodeError/],
])('the Python example with %s', (_, example, failure) => {
  let app: BuiltApp;
  beforeAll(async () => {
    app = await startBuiltApp({ hostKey });
  }, 60_000);
  afterAll(() => app.close());

  // Debian's Python, which has Debian's packages.
  const run = (functionKey: string): Promise<Run> =>
    runExample(example, {
      name: 'get_token.py',
      command: ['/usr/bin/python3'],
      environment: { FUNCTION_APP: app.url, FUNCTION_KEY: functionKey },
    });

  test('gets a token', async () => {
    expect(await run(hostKey)).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^Got a token of \d{3,} characters\.\n$/),
    });
  });

  test('fails with a wrong key', async () => {
    expect(await run('wrong')).toEqual({ exitCode: 1, output: expect.stringMatching(failure) });
  });
});

describe('the C# example', () => {
  let app: BuiltApp;
  beforeAll(async () => {
    app = await startBuiltApp({
      settings: ENTRA_CALLERS,
      profilesFile: {
        profiles: {},
        grants: [{ callers: [{ appid: seed.app.clientId }], profiles: ['default'], actions: ['token'] }],
      },
    });
  }, 60_000);
  afterAll(() => app.close());

  test('gets a token with an identity of Entra', async () => {
    // Only the real Entra answers the discovery of authorities, which is switched off for the local one.
    const example = readExample('## C#', 'csharp').replace(
      'new DefaultAzureCredential()',
      'new DefaultAzureCredential(new DefaultAzureCredentialOptions { DisableInstanceDiscovery = true })',
    );
    const { tenantId } = seed;
    const run = await runExample(example, {
      name: 'get-token.cs',
      command: ['dotnet', 'run'],
      environment: {
        FUNCTION_APP: app.url,
        API_CLIENT_ID: seed.personApp.clientId,
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: seed.app.clientId,
        AZURE_CLIENT_SECRET: seed.app.secret,
        AZURE_AUTHORITY_HOST: app.emulators.entra.url,
        SSL_CERT_FILE: app.emulators.certificateAuthorityFile ?? '',
      },
    });
    expect(run).toEqual({ exitCode: 0, output: expect.stringMatching(/^Got a token of \d{3,} characters\.\n$/) });
  }, 300_000);
});
