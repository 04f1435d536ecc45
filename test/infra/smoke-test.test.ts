import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './repository.ts';

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

interface DeployedApp {
  readonly callerAuth: 'key' | 'entra' | 'oidc' | 'easyauth' | 'entra,easyauth';
  readonly callerAudience?: string;
  /** Callers with this credential get an answer of readiness. */
  readonly credential: Readonly<IncomingHttpHeaders>;
  readonly readyStatus?: number;
  readonly givesTokensToAnyone?: boolean;
}

/** An app after a deployment. It answers an unknown request with 501. */
function createDeployedApp(app: DeployedApp): Server {
  return createServer((request, response) => {
    const known = Object.entries(app.credential).every(([name, value]) => request.headers[name] === value);
    const statuses: Record<string, number> = {
      '/api/health': 200,
      '/api/token': known || app.givesTokensToAnyone === true ? 200 : 401,
      '/api/health/ready': known ? (app.readyStatus ?? 200) : 401,
    };
    response.statusCode = statuses[String(request.url)] ?? 501;
    response.end(`{ "for": "${String(request.url)}" }`);
  });
}

/** An Azure CLI that knows the commands of the script. Any other command ends the script. */
function azureCli({ callerAuth, callerAudience = '' }: DeployedApp): string {
  return `#!/bin/sh
case "$*" in
  "functionapp config appsettings list --resource-group rg --name app --query [?name=='CALLER_AUTH'].value | [0] --output tsv") echo ${callerAuth} ;;
  "functionapp config appsettings list --resource-group rg --name app --query [?name=='CALLER_AUDIENCE'].value | [0] --output tsv") echo ${callerAudience} ;;
  "functionapp keys list --resource-group rg --name app --query functionKeys.default --output tsv") echo the-key ;;
  "account get-access-token --resource api://api-id --query accessToken --output tsv") echo the-token ;;
  "account get-access-token --resource api-id --query accessToken --output tsv") echo the-token ;;
  *) echo "az: not known here: $*" >&2; exit 1 ;;
esac
`;
}

async function smokeTest(app: DeployedApp): Promise<Outcome> {
  const commands = mkdtempSync(join(tmpdir(), 'smoke-test-'));
  writeFileSync(join(commands, 'az'), azureCli(app), { mode: 0o755 });
  const server = createDeployedApp(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const env = {
    ...process.env,
    PATH: `${commands}${delimiter}${String(process.env['PATH'])}`,
    APP_NAME: 'app',
    APP_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    RESOURCE_GROUP: 'rg',
    TRIES: '2',
    PAUSE_SECONDS: '0',
  };
  try {
    return await new Promise<Outcome>((resolve) => {
      execFile('bash', [join(root, '.github/smoke-test')], { env }, (error, stdout, stderr) => {
        resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr });
      });
    });
  } finally {
    server.close();
    rmSync(commands, { recursive: true });
  }
}

const passed = (mask: string): string =>
  [
    'ok: alive (200)',
    'ok: an anonymous caller gets no token (401)',
    `::add-mask::${mask}`,
    'ok: everything it depends on works (200)\n',
  ].join('\n');

describe('the smoke test after a deployment', () => {
  test('passes when a function key opens readiness, and hides the key from the log of the run', async () => {
    const outcome = await smokeTest({ callerAuth: 'key', credential: { 'x-functions-key': 'the-key' } });
    expect(outcome).toEqual({ exitCode: 0, output: passed('the-key') });
  });

  test.each([
    ['entra', 'api://api-id,api-id'],
    ['entra', 'api-id'],
    // The templates set this if no audience is chosen.
    ['easyauth', 'api-id'],
    ['entra,easyauth', 'api://api-id,api-id'],
  ] as const)(
    'passes with %s when a token for the first audience of %s opens readiness',
    async (callerAuth, callerAudience) => {
      const outcome = await smokeTest({
        callerAuth,
        callerAudience,
        credential: { authorization: 'Bearer the-token' },
      });
      expect(outcome).toEqual({ exitCode: 0, output: passed('the-token') });
    },
  );

  test('fails when an anonymous caller gets a token, and does not show the token', async () => {
    const outcome = await smokeTest({
      callerAuth: 'key',
      credential: { 'x-functions-key': 'the-key' },
      givesTokensToAnyone: true,
    });
    expect(outcome).toEqual({
      exitCode: 1,
      output: 'ok: alive (200)\n::error::an anonymous caller gets no token: got 200, wanted 401\n',
    });
  });

  test('fails when something that the app depends on does not work, and shows what', async () => {
    const outcome = await smokeTest({
      callerAuth: 'key',
      credential: { 'x-functions-key': 'the-key' },
      readyStatus: 503,
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.output).toContain(
      '::error::everything it depends on works: got 503, wanted 200\n{ "for": "/api/health/ready" }',
    );
  });

  test('does not ask for readiness with oidc, because the deployer has no token of that issuer', async () => {
    const outcome = await smokeTest({ callerAuth: 'oidc', credential: { authorization: 'Bearer of-another-issuer' } });
    expect(outcome).toEqual({
      exitCode: 0,
      output:
        'ok: alive (200)\nok: an anonymous caller gets no token (401)\n' +
        'not checked: readiness, which needs a token of CALLER_ISSUER\n',
    });
  });
});
