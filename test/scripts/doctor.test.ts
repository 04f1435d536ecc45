import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { accessOf } from '../../scripts/doctor/access.ts';
import { readCallerToken } from '../../scripts/doctor/caller-token.ts';
import { examine } from '../../scripts/doctor/examine.ts';
import { checkSettingsFile, findNoSettings } from '../../scripts/doctor/load-settings.ts';
import { explain } from '../../scripts/doctor/explain.ts';
import type { Finding } from '../../scripts/doctor/finding.ts';
import { parseDoctorOptions } from '../../scripts/doctor/options.ts';
import { formatFindings } from '../../scripts/doctor/print.ts';
import { readDeployed } from '../../scripts/doctor/read-deployed.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { bearer, ENTRA_CALLERS } from '../support/entra-callers.ts';
import { recordLog } from '../support/record-log.ts';
import { seed, startScenario } from '../support/scenario.ts';
import { embedGrant } from '../support/embed.ts';
import { anyoneMay, profilesFile } from '../support/profiles-file.ts';
import { serveApp } from '../support/serve-app.ts';

const scenario = startScenario();

interface Folder {
  readonly settings?: Readonly<Record<string, string | undefined>>;
  readonly profilesFile?: object;
}

function prepare({ settings = {}, profilesFile }: Folder) {
  const { identityClientId } = scenario.startApp();
  const config = readConfig({ ...scenario.settings, AZURE_CLIENT_ID: identityClientId, ...settings }, () =>
    profilesFile === undefined ? undefined : JSON.stringify(profilesFile),
  );
  const { clock, ledger } = scenario;
  const fetch = clock.watch(ledger.watch(globalThis.fetch));
  return { config, runtime: { clock, fetch, log: recordLog(), random: () => 0.5, onRefreshFailure: () => undefined } };
}

/** The output of the doctor, in which the ledger searches for credentials after the last test. */
async function examined(folder: Folder = {}): Promise<Finding[]> {
  const { config, runtime } = prepare(folder);
  const findings = await examine(config, runtime);
  scenario.ledger.noteTold('doctor', JSON.stringify(findings));
  return findings;
}

async function explained(folder: Folder, request: Partial<Parameters<typeof explain>[1]> = {}): Promise<Finding[]> {
  const { config, runtime } = prepare(folder);
  const whole = {
    profile: 'default',
    workspace: undefined,
    report: undefined,
    dataset: undefined,
    token: '',
    ...request,
  };
  const findings = await explain(config, whole, runtime);
  scenario.ledger.noteTold('doctor', JSON.stringify(findings));
  return findings;
}

const statusOf = (findings: readonly Finding[]): Record<string, string> =>
  Object.fromEntries(findings.map(({ hop, status }) => [hop, status]));

const GRANT = { name: 'authors', callers: [{ roles: 'Report.Author' }], profiles: ['default'], actions: ['token'] };

describe('examining a folder', () => {
  test('every check of healthy stand-ins passes, and the summary says that only stand-ins were asked', async () => {
    const findings = await examined({ profilesFile: { grants: [anyoneMay('default')] } });
    expect(statusOf(findings)).toEqual({
      settings: 'pass',
      network: 'pass',
      clock: 'pass',
      identity: 'pass',
      'key-vault': 'pass',
      issuer: 'pass',
      'power-bi': 'pass',
      callers: 'pass',
      grants: 'pass',
    });
    expect(findings.filter(({ hop }) => hop === 'issuer' || hop === 'key-vault').map(({ access }) => access)).toEqual([
      'to a stand-in',
      'to a stand-in',
    ]);
    expect(formatFindings(findings, false)).toMatch(/ The stand-ins were asked, not Azure\.\n$/);
  });

  test('faulty settings end the checks, and every fault is named', async () => {
    const findings = await examined({ settings: { POWERBI_CLIENT_ID: 'not-an-id', CALLER_AUTH: 'everybody' } });
    expect(findings.map(({ hop, status, output }) => [hop, status, output.split(' ')[0]])).toEqual([
      ['settings', 'fail', 'POWERBI_CLIENT_ID'],
      ['settings', 'fail', 'CALLER_AUTH'],
    ]);
  });

  test('a file that does not parse is corrected in the file, not in the settings', async () => {
    const { identityClientId } = scenario.startApp();
    const config = readConfig({ ...scenario.settings, AZURE_CLIENT_ID: identityClientId }, () => '{');
    expect(await examine(config, prepare({}).runtime)).toEqual([
      {
        hop: 'settings',
        status: 'fail',
        output: expect.stringMatching(/^profiles\.json is not valid JSON/),
        hint: expect.stringMatching(/^Correct the file /),
      },
    ]);
  });

  test('stand-ins that do not run are one finding, and no upstream is asked', async () => {
    const findings = await examined({
      settings: { KEY_VAULT_URI: 'https://localhost:1', IDENTITY_ENDPOINT: 'http://127.0.0.1:2/msi/token' },
      profilesFile: { profiles: { sales: { grant: 'client_credential' } }, grants: [anyoneMay('default')] },
    });
    expect(findings.map(({ hop, status }) => [hop, status])).toEqual([
      ['settings', 'pass'],
      ['settings', 'warn'],
      ['network', 'fail'],
      ['callers', 'pass'],
      ['grants', 'pass'],
    ]);
    expect(findings[1]?.output).toContain('profiles.sales.grant must be one of');
    expect(findings[2]).toMatchObject({
      output: 'The settings name stand-ins for Azure, but nothing listens at 127.0.0.1:2, localhost:1.',
      hint: expect.stringContaining('npm start') as string,
    });
  });

  test('an identity that is not checked is only a warning', async () => {
    const profiles = { sales: { grant: 'client_credential' } };
    const findings = await examined({
      settings: { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
      profilesFile: { profiles, grants: [anyoneMay('sales')] },
    });
    expect(statusOf(findings)).toMatchObject({ settings: 'fail', identity: 'warn', 'key-vault': 'warn' });
  });

  test('an identity endpoint that does not work fails, because the doctor has no cached token', async () => {
    scenario.identityEndpoint.failWith({ kind: 'status', status: 500 });
    const findings = await examined().finally(() => {
      scenario.identityEndpoint.heal();
    });
    expect(statusOf(findings)['identity']).toBe('fail');
  });

  test('a missing secret fails with what to do', async () => {
    const findings = await examined({ settings: { POWERBI_CLIENT_SECRET_NAME: 'no-such-secret' } });
    const vault = findings.find(({ hop }) => hop === 'key-vault');
    expect([vault?.status, vault?.output, vault?.hint]).toEqual([
      'fail',
      expect.stringContaining('no-such-secret'),
      expect.any(String),
    ]);
  });

  test('a clock that is wrong by ten minutes fails', async () => {
    scenario.clock.jumpWall(600_000);
    const clock = (await examined()).find(({ hop }) => hop === 'clock');
    scenario.clock.jumpWall(-600_000);
    expect([clock?.status, clock?.output]).toEqual(['fail', expect.stringMatching(/^The clock is \d+ s ahead of/)]);
  });

  test('a grant that no caller can match is a warning', async () => {
    const findings = await examined({ profilesFile: { grants: [GRANT] } });
    expect(findings.find(({ hop }) => hop === 'grants')).toEqual({
      hop: 'grants',
      status: 'warn',
      output:
        'The grant "authors" matches no caller: with CALLER_AUTH=key callers have no claims, and only "anyone": true matches them.',
      hint: expect.any(String),
    });
  });

  test.each([
    ['the user name', 'key', { username: { claim: 'oid' }, roles: ['Employee'] }, 'warn'],
    ['the roles', 'none', { username: { value: 'ada' }, roles: { claim: 'roles', map: { A: 'Employee' } } }, 'warn'],
    ['nothing', 'key', { username: { value: 'ada' }, roles: ['Employee'] }, 'pass'],
  ])('a grant that takes %s from a claim, with CALLER_AUTH=%s', async (_, CALLER_AUTH, identity, status) => {
    const grants = [embedGrant({ callers: [{ anyone: true }], identity })];
    const findings = await examined({ settings: { CALLER_AUTH }, profilesFile: { grants } });
    expect(findings.filter(({ hop }) => hop === 'grants')).toEqual([
      status === 'pass'
        ? { hop: 'grants', status, output: '"embed" allows embed on default.' }
        : {
            hop: 'grants',
            status,
            output: `The grant "embed" makes its "identity" from claims, and with CALLER_AUTH=${CALLER_AUTH} callers have no claims: it refuses every report whose dataset needs an identity.`,
            hint: expect.stringContaining('Set CALLER_AUTH to entra, oidc or easyauth'),
          },
    ]);
  });
});

test('the account of a check is the developer or the app, and a stand-in is neither', () => {
  const cloud = { ...prepare({}).config.cloud, authority: 'https://login.microsoftonline.com' };
  const keyVault = {
    vaultUrl: 'https://contoso.vault.azure.net',
    vaultScope: 'https://vault.azure.net/.default',
    verifyChallengeResource: true,
  };
  const developer = { kind: 'developer' } as const;
  expect(accessOf({ cloud, keyVault, identity: developer })).toEqual({
    settings: undefined,
    identity: 'yours',
    'key-vault': 'yours',
    issuer: "the app's",
    'power-bi': 'to a stand-in',
  });
  expect(accessOf({ cloud, keyVault: undefined, identity: developer })['key-vault']).toBeUndefined();
});

test('a dataset that needs an identity is a warning if its grant has none', async () => {
  const findings = await examined({ settings: ENTRA_CALLERS, profilesFile: { grants: [embedGrant()] } });
  const datasets = findings.find(({ hop }) => hop === 'datasets');
  expect([datasets?.status, datasets?.output, datasets?.hint]).toEqual([
    'warn',
    expect.stringContaining('the grant "embed" has none'),
    expect.stringContaining('"identity"'),
  ]);
});

test('valid settings are said to be valid except for the profiles that have an error', async () => {
  const broken = { grant: 'client_credentials', tenantId: seed.tenantId, credential: { secret: 'x' } };
  const profilesFile = { grants: [anyoneMay('default')], profiles: { broken } };
  expect(await examined({ profilesFile })).toContainEqual({
    hop: 'settings',
    status: 'pass',
    output: 'The settings are valid, except those of broken. Profiles: default.',
  });
});

describe('explaining a request', () => {
  const { payrollReportId } = seed.workspace;
  const folder = { settings: ENTRA_CALLERS, profilesFile: { grants: [GRANT] } };

  test('names the grant that allows it', async () => {
    const { authorization } = await bearer(scenario, { upn: seed.users.ada.upn, roles: ['Report.Author'] });
    const findings = await explained(folder, { token: authorization.replace(/^Bearer /, '') });
    expect(findings.at(-1)).toEqual({
      hop: 'decision',
      status: 'pass',
      output: 'Allowed: token on the profile "default"; the grant "authors" allows it.',
    });
  });

  test.each([
    ['a key', { CALLER_AUTH: 'key' }, 'A caller with a key'],
    ['no credential', { CALLER_AUTH: 'none' }, 'A caller without a credential'],
  ])('needs no token if callers have %s', async (_, settings, who) => {
    const findings = await explained({ settings, profilesFile: { grants: [anyoneMay('default')] } });
    expect(findings).toEqual([
      { hop: 'callers', status: 'pass', output: `${who}. Only grants with "anyone": true match it.` },
      {
        hop: 'decision',
        status: 'pass',
        output: 'Allowed: token on the profile "default"; the grant "grants.0" allows it.',
      },
    ]);
  });

  test('decides as without grants if all grants are in audit mode, like the app', async () => {
    const grants = [{ ...anyoneMay('default'), mode: 'audit' }];
    const findings = await explained({ profilesFile: { grants } });
    expect(findings.at(-1)).toEqual({
      hop: 'decision',
      status: 'pass',
      output: 'Allowed: token on the profile "default"; there are no grants.',
    });
  });

  test('refuses a token that the profile issues only to people, like the app', async () => {
    const { authorization } = await bearer(scenario, { upn: seed.users.ada.upn });
    const person = {
      grant: 'authorization_code',
      tenantId: seed.tenantId,
      clientId: seed.personApp.clientId,
      credential: { secret: 'person' },
    };
    const findings = await explained(
      {
        settings: { ...ENTRA_CALLERS, SIGN_IN_REDIRECT_URI: 'https://tokens.example/api/auth/callback' },
        profilesFile: { grants: [anyoneMay('person')], profiles: { person } },
      },
      { profile: 'person', token: authorization.replace(/^Bearer /, '') },
    );
    expect(findings.at(-1)).toEqual({
      hop: 'decision',
      status: 'fail',
      output: 'This profile issues tokens only to people who have signed in.',
      hint: expect.stringContaining('/api/auth/sign-in'),
    });
  });

  test('says how to pass the token of a caller', async () => {
    expect(await explained({ settings: ENTRA_CALLERS })).toEqual([
      {
        hop: 'callers',
        status: 'fail',
        output: 'The caller is not known: there is no token.',
        hint: 'Set DOCTOR_CALLER_TOKEN to an access token for this API, or pass it on the standard input.',
      },
    ]);
  });

  test('says what is missing', async () => {
    const { authorization } = await bearer(scenario, { upn: seed.users.ada.upn });
    const [, decision] = await explained(folder, { token: authorization.replace(/^Bearer /, '') });
    expect([decision?.status, decision?.output]).toEqual(['fail', expect.stringContaining('missing: roles')]);
  });

  test('finds the report and its dataset, and shows the identity of an embed token', async () => {
    const identity = { username: { value: 'ada' }, roles: ['Employee'] };
    const grants = [embedGrant({ identity })];
    const { authorization } = await bearer(scenario, { upn: seed.users.ada.upn });
    scenario.powerBi.reset();
    const findings = await explained(
      { settings: ENTRA_CALLERS, profilesFile: { grants } },
      {
        token: authorization.replace(/^Bearer /, ''),
        workspace: seed.workspace.id,
        report: seed.workspace.payrollReportId,
      },
    );
    expect(findings.at(-1)?.output).toBe(
      'Allowed: embed on the profile "default"; the grant "embed" allows it. Rows of: ada (Employee).',
    );
    expect(scenario.powerBi.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('says that a token has no effect if the app reads none', async () => {
    const [warning, ...rest] = await explained(
      { profilesFile: { grants: [anyoneMay('default')] } },
      { token: 'x.y.z' },
    );
    expect(warning).toEqual({
      hop: 'callers',
      status: 'warn',
      output: 'The token has no effect: with CALLER_AUTH=key the app reads no token of a caller.',
      hint: expect.stringContaining('set CALLER_AUTH to entra or oidc'),
    });
    expect(rest.map(({ hop, status }) => [hop, status])).toEqual([
      ['callers', 'pass'],
      ['decision', 'pass'],
    ]);
  });

  test('says that App Service signs callers in, because no token could help', async () => {
    const findings = await explained({ settings: { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: 'true' } });
    expect(findings).toEqual([
      {
        hop: 'callers',
        status: 'fail',
        output: expect.stringContaining('with CALLER_AUTH=easyauth App Service signs callers in'),
        hint: expect.stringMatching(/^Set CALLER_AUTH=entra and CALLER_AUDIENCE/),
      },
    ]);
  });

  test.each([
    ['the identity', {}, payrollReportId, 'grant "embed": the caller has no single claim oid'],
    ['the workspaces', { workspaces: [seed.tenantId] }, payrollReportId, 'no grant with embed names the workspace'],
    ['the reports', {}, seed.tenantId, 'a report is not in a workspace that the grant names'],
  ])('advises a caller with a key about %s of the grant', async (_, members, report, reason) => {
    const grants = [embedGrant({ callers: [{ anyone: true }], identity: { username: { claim: 'oid' } }, ...members })];
    const findings = await explained({ profilesFile: { grants } }, { workspace: seed.workspace.id, report });
    expect(findings.at(-1)).toEqual({
      hop: 'decision',
      status: 'fail',
      output: `Refused: embed on the profile "default". Reason: ${reason}.`,
      hint: 'Correct the request, or the grant in profiles.json. If the grant needs a claim, set CALLER_AUTH to entra, oidc or easyauth: a caller without a token has no claims (docs/callers.md).',
    });
  });

  test('says why a token does not verify', async () => {
    const [caller] = await explained(folder, { token: 'not.a.token' });
    expect([caller?.hop, caller?.status]).toEqual(['callers', 'fail']);
  });
});

describe('reading a deployed app', () => {
  test('shows its readiness, or says which credential is needed', async () => {
    const app = scenario.startApp({ files: profilesFile({ grants: [anyoneMay('default')] }) });
    const served = await serveApp(app);
    const findings = await readDeployed(served.url, {});
    served.close();
    expect(statusOf(findings)).toEqual({
      settings: 'pass',
      identity: 'pass',
      'key-vault': 'pass',
      issuer: 'pass',
      'power-bi': 'pass',
    });
    const [refused] = await readDeployed(`${scenario.entra.url}/nowhere`, {});
    expect([refused?.hop, refused?.status]).toEqual(['callers', 'fail']);
  });

  test('an address that does not answer fails', async () => {
    const [finding] = await readDeployed('http://127.0.0.1:1', {});
    expect(finding).toEqual({
      hop: 'network',
      status: 'fail',
      output: '127.0.0.1:1 does not answer.',
      hint: expect.stringMatching(/^Is "npm start" running in another terminal, and on this port\?/),
    });
    const [remote] = await readDeployed('https://nothing.invalid', {});
    expect(remote?.hint).toBe('Check the URL and the network.');
  });
});

describe('the output', () => {
  const findings: Finding[] = [
    { hop: 'settings', status: 'pass', output: 'Fine.' },
    { hop: 'issuer', status: 'fail', output: 'Refused.', profile: 'sales', access: "the app's", hint: 'Fix it.' },
  ];

  test('is plain text if it is not a terminal', () => {
    expect(formatFindings(findings, false)).toBe(
      [
        'pass  settings   Fine.',
        'fail  issuer     [sales] Refused.',
        '                 -> Fix it.',
        '',
        "Some checks failed. 1 pass, 0 warn, 1 fail. Azure was asked with the app's access.",
        '',
      ].join('\n'),
    );
  });

  test('prints a hint once, however many findings have it', () => {
    const unreachable = { status: 'fail', output: 'It failed.', hint: 'Start it.' } as const;
    const text = formatFindings(
      [
        { hop: 'identity', ...unreachable },
        { hop: 'key-vault', ...unreachable },
      ],
      false,
    );
    expect(text.split('\n').slice(0, 4)).toEqual([
      'fail  identity   It failed.',
      '                 -> Start it.',
      'fail  key-vault  It failed.',
      '                 -> As above.',
    ]);
  });

  test('says on each line whose access was used, if not all checks use the same', () => {
    const mixed: Finding[] = [...findings, { hop: 'key-vault', status: 'pass', output: 'Works.', access: 'yours' }];
    expect(formatFindings(mixed, false)).toBe(
      [
        'pass  settings   Fine.',
        "fail  issuer     [sales] Refused. (with the app's access)",
        '                 -> Fix it.',
        'pass  key-vault  Works. (with your access)',
        '',
        'Some checks failed. 2 pass, 0 warn, 1 fail.',
        '',
      ].join('\n'),
    );
  });

  test('has symbols and colour on a terminal', () => {
    expect(formatFindings(findings, true)).toContain('\u001B[31m✖ fail\u001B[39m  issuer');
  });
});

describe('the options', () => {
  const id = seed.workspace.id;
  const SEE_HELP = 'npm run doctor -- --help lists all options.';
  const NO_GUID = 'must be a GUID. Use the id from the URL when the item is open in Power BI.';

  test.each([
    ['a detail without --explain', ['--report', id], '--report needs --explain.'],
    ['a report without its workspace', ['--explain', '--report', id], '--report and --dataset need --workspace.'],
    ['a workspace alone', ['--explain', '--workspace', id], '--workspace needs --report (to embed that report) or'],
    ['a workspace that is no GUID', ['--explain', '--workspace', 'sales', '--report', id], `--workspace ${NO_GUID}`],
    ['a report that is no GUID', ['--explain', '--workspace', id, '--report', '71efd03c-…'], `--report ${NO_GUID}`],
    ['a dataset that is no GUID', ['--explain', '--workspace', id, '--dataset', ''], `--dataset ${NO_GUID}`],
    [
      'a report and a dataset',
      ['--explain', '--workspace', id, '--report', id, '--dataset', id],
      'Name a report or a dataset, not both.',
    ],
    [
      'a URL and --explain',
      ['--explain', '--url', 'https://x.example'],
      '--explain uses the settings of this folder: remove --url.',
    ],
    ['a URL without a scheme', ['--url', 'localhost:7071'], '--url must begin with https:// or http://'],
    ['an unknown option', ['--foo'], `The option --foo does not exist. ${SEE_HELP}`],
    ['a typing error', ['--ulr', 'x'], `The option --ulr does not exist. Did you mean --url? ${SEE_HELP}`],
    ['an option without its value', ['--url'], `Option '--url <value>' argument missing. ${SEE_HELP}`],
    ['an argument that is no option', ['https://x.example'], `Unexpected argument 'https://x.example'. ${SEE_HELP}`],
  ])('%s is refused', (_, args, message) => {
    expect(() => parseDoctorOptions(args, {})).toThrow(message);
  });

  test('that npm took for itself are named, with the command that was meant', () => {
    expect(() => parseDoctorOptions(['http://localhost:7071'], { npm_config_url: 'true' })).toThrow(
      'npm takes options before -- for itself. Did you mean: npm run doctor -- --url http://localhost:7071',
    );
  });

  test('of a request to explain have the profile "default" if none is named', () => {
    expect(parseDoctorOptions(['--explain', '--workspace', id, '--report', id], {})).toEqual({
      help: false,
      json: false,
      url: undefined,
      explain: { profile: 'default', workspace: id, report: id, dataset: undefined },
    });
  });
});

describe('the token of the caller', () => {
  test.each([
    ['the variable', ['entra'], { DOCTOR_CALLER_TOKEN: ' a.b.c\n' }, '', 'a.b.c'],
    ['the standard input', ['oidc'], { DOCTOR_CALLER_TOKEN: '' }, 'd.e.f\n', 'd.e.f'],
    ['the standard input, even if it has no effect', ['key'], {}, 'd.e.f\n', 'd.e.f'],
    ['nowhere', ['key'], {}, '', ''],
  ] as const)('comes from %s', async (_, modes, environment, input, token) => {
    expect(await readCallerToken(modes, environment, Readable.from([input]))).toBe(token);
  });

  test('is not awaited if it has no effect and the standard input stays open', async () => {
    const input = new PassThrough();
    expect(await readCallerToken(['key'], {}, input)).toBe('');
    expect(input.destroyed).toBe(true);
  });
});

describe('local.settings.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  const file = join(folder, 'local.settings.json');
  afterEach(() => {
    rmSync(file, { force: true });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('has a warning for each setting that has no effect', () => {
    writeFileSync(file, '{ "Values": { "CALER_AUTH": "key", "KEY_VAULT_URI": "", "IDENTITY_HEADER": "" } }');
    expect(checkSettingsFile(folder)).toEqual([
      {
        hop: 'settings',
        status: 'warn',
        output:
          'local.settings.json, line 1: the setting CALER_AUTH is unknown and has no effect. Did you mean CALLER_AUTH?',
      },
    ]);
  });

  test('that is missing fails with how to check the app of npm start', () => {
    expect(findNoSettings(folder, { PATH: '/bin', POWERBI_TENANT_ID: '' })).toEqual({
      hop: 'settings',
      status: 'fail',
      output: 'There are no settings: local.settings.json does not exist, and the environment has none of them.',
      hint: expect.stringMatching(
        /--url http:\/\/localhost:7071.*cp local\.settings\.example\.json local\.settings\.json/,
      ),
    });
  });

  test('that exists is checked, and so are settings in the environment', () => {
    expect(findNoSettings(folder, { KEY_VAULT_URI: 'https://contoso.vault.azure.net' })).toBeUndefined();
    writeFileSync(file, '{}');
    expect(findNoSettings(folder, {})).toBeUndefined();
  });
});

test('the command exits with 1 if something fails, and prints JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
  const authority = join(folder, 'ca.pem');
  writeFileSync(authority, scenario.certificateAuthorityPem);
  const env = { ...process.env, ...scenario.settings, NODE_EXTRA_CA_CERTS: authority, POWERBI_CLIENT_ID: 'not-an-id' };
  const run = promisify(execFile)(process.execPath, ['scripts/doctor.ts', '--json'], { env });
  const { code, stdout } = (await run.then(
    () => ({ code: 0, stdout: '' }),
    (error: unknown) => error,
  )) as { code: number; stdout: string };
  rmSync(folder, { recursive: true });
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    { status: 'fail', findings: [expect.objectContaining({ hop: 'settings' })] },
  ]);
});
