import type { Config, SoundConfig } from '../../../src/config/config.ts';
import { CLOUDS } from '../../../src/config/clouds.ts';
import { describeFaults } from '../../../src/config/faults.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { sound } from '../../support/sound-config.ts';
import { the } from '../../support/the.ts';

const V1_ENDPOINT = `https://login.microsoftonline.com/${the.tenantId}/oauth2/token`;
const PLANTED = 'Xy8Q~planted-secret-in-the-wrong-place';

const settings = {
  KEY_VAULT_URI: the.vaultUrl,
  IDENTITY_ENDPOINT: 'http://127.0.0.1:42/msi/token',
  IDENTITY_HEADER: 'header',
};
const withDefault = { ...settings, POWERBI_TENANT_ID: the.tenantId, POWERBI_CLIENT_ID: the.clientId };

const read = (file: unknown, environment: Readonly<Record<string, string>> = withDefault): Config =>
  readConfig(environment, (name) => {
    if (name !== 'profiles.json') return undefined;
    return typeof file === 'string' ? file : JSON.stringify(file);
  });
const readSound = (...parameters: Parameters<typeof read>): SoundConfig => sound(read(...parameters));
/** Every fault, as in an answer. */
const saidBy = ({ faults, profileFaults }: Config): string[] =>
  [...faults, ...[...profileFaults.values()].flat()].map((fault) => describeFaults([fault]));
/** The same without line and column, which have tests of their own. */
const faultsOf = (config: Config): string[] =>
  saidBy(config).map((fault) => fault.replace(/ \(line \d+, column \d+\)/, ''));

const servicePrincipal = {
  grant: 'client_credentials',
  tenantId: the.tenantId,
  clientId: the.clientId,
  credential: { secret: 'sales-secret' },
};

describe('what a profile omits', () => {
  test('Entra, the Power BI scope and the secret in the form are the defaults', () => {
    const { profiles, faults, profileFaults } = readSound({ profiles: { sales: servicePrincipal } });

    expect([faults, profileFaults.size]).toEqual([[], 0]);
    expect(profiles.get('sales')).toEqual({
      grant: 'client_credentials',
      name: 'sales',
      cloud: CLOUDS.public,
      issuer: {
        kind: 'endpoint',
        issuer: the.issuer,
        isIssuerNamed: true,
        tokenEndpoint: the.tokenEndpoint,
        isEntra: true,
      },
      clientId: the.clientId,
      credential: { kind: 'secret', secretName: 'sales-secret', method: 'client_secret_post' },
      target: { scope: the.scope },
      parameters: {},
    });
  });

  test.each(['public', 'gcc', 'gcchigh', 'dod', 'china'] as const)(
    'the cloud %s of a profile selects authority, scope, API host and federated audience, whatever POWERBI_CLOUD says',
    (cloud) => {
      const { profiles } = readSound({ profiles: { sales: { ...servicePrincipal, cloud } } });

      const own = CLOUDS[cloud];
      expect(profiles.get('sales')).toMatchObject({
        cloud: own,
        issuer: {
          issuer: `${own.authority}/${the.tenantId}/v2.0`,
          tokenEndpoint: `${own.authority}/${the.tenantId}/oauth2/v2.0/token`,
        },
        target: { scope: `${own.powerBiResource}/.default` },
      });
    },
  );

  test('a profile without a cloud has the cloud of POWERBI_CLOUD', () => {
    const { profiles } = readSound(
      { profiles: { sales: servicePrincipal, own: { grant: 'managed_identity' } } },
      { ...withDefault, POWERBI_CLOUD: 'gcchigh', KEY_VAULT_URI: 'https://contoso.vault.usgovcloudapi.net' },
    );

    expect([profiles.get('sales')?.cloud, profiles.get('own')]).toEqual([
      CLOUDS.gcchigh,
      {
        grant: 'managed_identity',
        name: 'own',
        cloud: CLOUDS.gcchigh,
        clientId: undefined,
        scope: 'https://high.analysis.usgovcloudapi.net/powerbi/api/.default',
      },
    ]);
  });

  test("the request to Entra's v1 endpoint names the resource of the cloud", () => {
    const tokenEndpoint = `https://login.microsoftonline.com/${the.tenantId}/oauth2/token`;
    const { profiles } = readSound({
      profiles: {
        v1: { grant: 'client_credentials', clientId: the.clientId, credential: { secret: 's' }, tokenEndpoint },
      },
    });

    expect(profiles.get('v1')).toMatchObject({
      issuer: { kind: 'endpoint', tokenEndpoint, isEntra: true },
      target: { resource: 'https://analysis.windows.net/powerbi/api' },
    });
  });

  test('the scope of a sign-in profile includes a refresh token', () => {
    const { profiles } = readSound(
      { profiles: { person: { ...servicePrincipal, grant: 'authorization_code' } } },
      { ...withDefault, SIGN_IN_REDIRECT_URI: 'https://contoso.example/api/auth/callback' },
    );

    expect(profiles.get('person')).toMatchObject({ target: { scope: `${the.scope} openid offline_access` } });
  });
});

describe('the default profile', () => {
  test('in the settings and in profiles.json is a fault of both settings', () => {
    const { faults } = read({ profiles: { default: servicePrincipal } });

    expect(faults).toEqual(
      ['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID'].map((name) => ({
        name,
        problem: 'is set, and profiles.json has a profile "default" too: remove one of them',
      })),
    );
  });

  test('in both places is a fault even if the one in profiles.json is faulty', () => {
    const { faults } = read({ profiles: { default: { grant: 'client_credentials' } } });

    expect(faults.map(({ name }) => name)).toEqual(['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID']);
  });

  test('only in profiles.json replaces the settings', () => {
    const { faults, profiles } = readSound({ profiles: { default: servicePrincipal } }, settings);

    expect([faults, [...profiles.keys()]]).toEqual([[], ['default']]);
  });

  test('may be left out if there are other profiles', () => {
    const { faults, profiles } = readSound({ profiles: { sales: servicePrincipal } }, settings);

    expect([faults, [...profiles.keys()]]).toEqual([[], ['sales']]);
  });

  test('with half of its settings is a fault, even if there are other profiles', () => {
    const { faults } = read(
      { profiles: { sales: servicePrincipal } },
      { ...settings, POWERBI_TENANT_ID: the.tenantId },
    );

    expect(faults.map(({ name }) => name)).toEqual(['POWERBI_CLIENT_ID']);
  });

  test('in neither place is a fault if the file has no profiles', () => {
    const { faults } = read({ grants: [] }, settings);

    expect(faults.map(({ name }) => name)).toEqual(['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID']);
  });

  test('comes first, before the others', () => {
    expect([...readSound({ profiles: { sales: servicePrincipal } }).profiles.keys()]).toEqual(['default', 'sales']);
  });
});

describe('an unusable file', () => {
  test.each([
    ['empty', '', 'is empty or cannot be read: it must be'],
    ['blank', ' \n', 'is empty or cannot be read: it must be'],
    ['UTF-16 without a byte order mark', '{\0"\0', 'is not UTF-8 text: save it as UTF-8'],
    ['in a Windows code page', '{ "\uFFFD": 1 }', 'is not UTF-8 text: save it as UTF-8'],
    [
      'cut off',
      `{"profiles": {"sales": "${PLANTED}`,
      'is not valid JSON: unexpected end of string (line 1, column 24). It must be',
    ],
    [
      'without a comma',
      '{\n  "profiles": {}\n  "grants": []\n}',
      'is not valid JSON: comma expected (line 3, column 3). It must be',
    ],
    ['a list', '[]', 'must be a JSON object'],
    ['a string', `"${PLANTED}"`, 'must be a JSON object'],
    ['null', 'null', 'must be a JSON object'],
  ])('%s: it is a fault of the whole app, and no part of it is quoted', (_what, json, problem) => {
    const config = read(json);

    expect(config.faults).toEqual([
      { name: 'profiles.json', problem: expect.stringMatching(new RegExp(`^${problem.replaceAll(/[().]/g, '\\$&')}`)) },
    ]);
    expect(faultsOf(config).join()).not.toContain(PLANTED.slice(0, 8));
    expect([config.grants, config.profileFaults.size]).toEqual([undefined, 0]);
  });

  test.each([
    ['profiles that are a list', { profiles: [] }, ['profiles.json: profiles']],
    ['profiles that are null', { profiles: null }, ['profiles.json: profiles']],
    ['grants that are an object', { grants: {} }, ['profiles.json: grants']],
    ['an unknown member', { profile: {} }, ['profiles.json: profile']],
  ])('%s are a fault with their path', (_what, file, names) => {
    expect(read(file).faults.map(({ name }) => name)).toEqual(names);
  });

  test('a missing PROFILES_FILE is a fault; a missing profiles.json is not', () => {
    const nothing = (): undefined => undefined;

    expect(readConfig({ ...withDefault, PROFILES_FILE: 'elsewhere.json' }, nothing).faults).toEqual([
      { name: 'PROFILES_FILE', problem: "must be a file that can be read, relative to host.json's folder" },
    ]);
    expect(readConfig(withDefault, nothing).faults).toEqual([]);
  });

  test('PROFILES_FILE names another file, also in its faults', () => {
    const config = readConfig({ ...withDefault, PROFILES_FILE: 'config/team.json' }, (name) =>
      name === 'config/team.json' ? '{"profiles":{"sales":{}}}' : undefined,
    );

    expect(faultsOf(config)).toEqual([expect.stringMatching(/^config\/team\.json: profiles\.sales\.grant /)]);
  });
});

describe('the text of the file', () => {
  const SECRET = `abc8Q~${'x'.repeat(34)}`;
  const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
  const sales = JSON.stringify(servicePrincipal);
  const named = (member: string, value: string): string => JSON.stringify({ ...servicePrincipal, [member]: value });

  test('may have comments and trailing commas, like local.settings.json', () => {
    const config = readSound(`{ // one\n "profiles": { /* two */ "sales": ${sales}, },\n}`);

    expect([saidBy(config), [...config.profiles.keys()]]).toEqual([[], ['default', 'sales']]);
  });

  test('determines the line and column of each fault: of the member, or of the object that lacks it', () => {
    const config = read(
      '{\n  "profile": {},\n  "profiles": {\n    "sales": {\n      "grant": "managed_identity",\n      "cluod": "gcc"\n    },\n    "team": { "grant": "password" }\n  },\n  "grants": [{ "callers": [{}] }]\n}',
    );

    expect(saidBy(config)).toEqual([
      'profiles.json: profile is not a known property: did you mean "profiles"? (line 2, column 3).',
      'profiles.json: grants.0.profiles is missing (line 10, column 14).',
      'profiles.json: grants.0.actions is missing (line 10, column 14).',
      'profiles.json: profiles.sales.cluod is not a known property: did you mean "cloud"? (line 6, column 7).',
      'profiles.json: profiles.team.clientId is missing (line 8, column 13).',
      'profiles.json: profiles.team.credential is missing (line 8, column 13).',
      'profiles.json: profiles.team.username is missing (line 8, column 13).',
      'profiles.json: profiles.team.password is missing (line 8, column 13).',
    ]);
  });

  test.each([
    ['the name of a profile', `{ "profiles": { "sales": ${sales}, "sales": ${sales} } }`, 'profiles.sales', true],
    [
      'a member of a profile',
      `{ "profiles": { "sales": { "cloud": "gcc", ${sales.slice(1)}, "other": ${sales} } }`.replace(
        /"cloud": "gcc",/,
        '"grant": "password",',
      ),
      'profiles.sales.grant',
      true,
    ],
    ['the profiles themselves', `{ "profiles": {}, "profiles": { "sales": ${sales} } }`, 'profiles', false],
    [
      'a member of a grant',
      '{ "grants": [{ "mode": "audit", "callers": [{ "anyone": true }], "profiles": ["default"], "actions": ["token"], "mode": "enforce" }] }',
      'grants.0.mode',
      false,
    ],
  ])('%s given twice is a fault', (_what, json, path, isOfProfile) => {
    const config = read(json);

    expect(faultsOf(config)).toEqual([
      `profiles.json: ${path} occurs more than once: remove one, or give it another name.`,
    ]);
    expect([config.faults.length, config.profileFaults.has('sales')]).toEqual(isOfProfile ? [0, true] : [1, false]);
  });

  test.each([
    [
      'a client secret of Entra in a profile',
      `{ "profiles": { "sales": ${named('scope', `${SECRET}/.default`)} } }`,
      'profiles.sales.scope',
    ],
    [
      'a token in a profile',
      `{ "profiles": { "sales": ${named('scope', `${JWT}/.default`)} } }`,
      'profiles.sales.scope',
    ],
    ['a client secret in a comment', `{ // ${SECRET}\n}`, ''],
    ['a client secret as the name of a profile', `{ "profiles": { "${SECRET}": ${sales} } }`, 'profiles.…'],
    ['a client secret as the name of a member', `{ "${JWT}": 1 }`, '…'],
    ['a client secret in a file that does not parse', `{ "profiles": ${SECRET}`, 'profiles'],
  ])('%s: the fault names its place and not its value, and says to rotate it', (_what, json, path) => {
    const said = saidBy(read(json));

    expect(said.map((fault) => fault.replace(/ \(line 1, column \d+\)/, ''))).toContain(
      `profiles.json${path === '' ? '' : `: ${path}`} contains a value that looks like a secret or a token. This file may contain only names of Key Vault secrets. ` +
        'Rotate the secret, because anyone who can read this file or its history may know it. Store the new one in Key Vault, and write its name here.',
    );
    expect(said.join()).not.toMatch(/8Q~|eyJ/);
    expect(JSON.stringify([...read(json).profileFaults])).not.toMatch(/8Q~|eyJ/);
  });

  test('a secret that replaces its name is one fault', () => {
    const profiles = { sales: { ...servicePrincipal, credential: { secret: SECRET } } };

    expect(saidBy(read({ profiles }))).toEqual([
      expect.stringMatching(
        /^profiles\.json: profiles\.sales\.credential\.secret contains a value that looks like a secret/,
      ),
    ]);
  });
});

describe('a profile with a fault', () => {
  test('does not stop the others', () => {
    const { faults, profiles, profileFaults } = readSound({
      profiles: { broken: { grant: 'client_credentials' }, sales: servicePrincipal },
    });

    expect([faults, [...profiles.keys()], [...profileFaults.keys()]]).toEqual([[], ['default', 'sales'], ['broken']]);
  });

  test('names every fault at once, each by its path and none by its value', () => {
    const config = read({
      profiles: {
        broken: {
          grant: 'password',
          tenantId: `common ${PLANTED}`,
          credential: { secret: PLANTED, value: PLANTED },
          clientAuthentication: PLANTED,
          username: '',
          password: PLANTED,
          cloud: PLANTED,
          [PLANTED.replaceAll(/\W/g, '')]: 1,
        },
        worse: PLANTED,
        worst: null,
      },
    });

    expect([...config.profileFaults].map(([name, faults]) => [name, faults.map((fault) => fault.name)])).toEqual([
      [
        'broken',
        expect.arrayContaining([
          'profiles.json: profiles.broken.tenantId',
          'profiles.json: profiles.broken.clientId',
          'profiles.json: profiles.broken.credential',
          'profiles.json: profiles.broken.clientAuthentication',
          'profiles.json: profiles.broken.username',
          'profiles.json: profiles.broken.password',
          'profiles.json: profiles.broken.cloud',
        ]),
      ],
      ['worse', ['profiles.json: profiles.worse']],
      ['worst', ['profiles.json: profiles.worst']],
    ]);
    expect(faultsOf(config).join('\n')).not.toContain(PLANTED);
  });

  test.each<[string, object, string]>([
    ['tenantId', { tenantId: undefined }, 'is missing: the tenant of the app registration'],
    ['tenantId', { tenantId: 'common' }, 'must be the tenant id (a GUID) or a domain of the tenant'],
    ['tenantId', { tokenEndpoint: 'https://issuer.example/token' }, 'must be left out with issuer or tokenEndpoint'],
    ['clientId', { clientId: 'no guid' }, 'must be the application (client) id (a GUID)'],
    ['clientId', { clientId: undefined }, 'is missing'],
    ['grant', { grant: 'implicit' }, 'must be one of client_credentials, password'],
    ['grant', { grant: undefined }, 'must be one of client_credentials, password'],
    ['credential', { credential: {} }, 'must be one of { "secret": NAME }'],
    ['credential', { credential: { secret: 'a', certificate: 'b' } }, 'must be one of { "secret": NAME }'],
    ['credential.secret', { credential: { secret: 'not a name' } }, 'must be the name of a secret in Key Vault'],
    ['clientAuthentication', { clientAuthentication: 'private_key_jwt' }, 'must be private_key_jwt with a certificate'],
    [
      'clientAuthentication',
      { clientAuthentication: 'client_secret_basic', credential: { certificate: 'c' } },
      'must be private_key_jwt with a certificate',
    ],
    ['tokenEndpoint', { tenantId: undefined, tokenEndpoint: 'http://issuer.example/token' }, 'must be an https:// URL'],
    ['issuer', { tenantId: undefined, issuer: 'issuer.example' }, 'must be an https:// URL'],
    [
      'tokenEndpoint',
      { tenantId: undefined, tokenEndpoint: `https://login.microsoftonline.us/${the.tenantId}/oauth2/token` },
      'belongs to another cloud',
    ],
    [
      'issuer',
      { tenantId: undefined, issuer: 'https://login.partner.microsoftonline.cn/x/v2.0' },
      'belongs to another cloud',
    ],
    [
      'credential.managedIdentity',
      { tenantId: undefined, issuer: 'https://issuer.example', credential: { managedIdentity: the.identityClientId } },
      'works with Entra only',
    ],
    [
      'grant',
      { tenantId: undefined, issuer: 'https://issuer.example', grant: 'on_behalf_of' },
      'is on_behalf_of, which works with Entra only',
    ],
    ['parameters.client_secret', { parameters: { client_secret: PLANTED } }, 'must be left out'],
    ['parameters.grant_type', { parameters: { grant_type: 'implicit' } }, 'must be left out'],
    ['parameters.password', { parameters: { password: PLANTED } }, 'must be left out'],
    ['parameters.claims', { parameters: { claims: 1 } }, 'must be a string in quotation marks'],
    ['secret', { secret: PLANTED }, 'is not a known property'],
    ['username', { username: 'ada' }, 'is not a known property'],
    ['cloud', { cloud: 'germany' }, 'must be one of public, gcc, gcchigh, dod, china'],
    ['scope', { scope: '' }, 'must not be empty'],
    [
      'scope',
      { scope: 'https://analysis.windows.net/powerbi/api/Dataset.Read.All' },
      'must be one resource with /.default',
    ],
    ['scope', { scope: `${the.scope} openid` }, 'must be one resource with /.default'],
  ])('%s: %j', (member, members, problem) => {
    const config = read({ profiles: { broken: { ...servicePrincipal, ...members } } });

    const told = (config.profileFaults.get('broken') ?? []).map(({ name, problem: what }) => `${name} ${what}`);
    expect(told).toEqual([expect.stringContaining(`profiles.json: profiles.broken.${member} ${problem}`)]);
    expect(told.join()).not.toContain(PLANTED);
  });

  test.each([
    [
      'of another grant type',
      { grant: 'on_behalf_of', scope: 'https://analysis.windows.net/powerbi/api/Dataset.Read.All' },
    ],
    ["of Entra's v1 endpoint", { tenantId: undefined, tokenEndpoint: V1_ENDPOINT, scope: 'anything' }],
    ['of another issuer', { tenantId: undefined, issuer: 'https://issuer.example', scope: 'odata' }],
  ])('a scope %s needs no /.default', (_, members) => {
    const config = read({ profiles: { other: { ...servicePrincipal, ...members } } });
    expect(config.profileFaults.get('other')).toBeUndefined();
  });

  test('contradictory members are named together', () => {
    const config = read({
      profiles: {
        broken: {
          ...servicePrincipal,
          grant: 'on_behalf_of',
          issuer: 'https://issuer.example',
          clientAuthentication: 'private_key_jwt',
        },
      },
    });

    expect(config.profileFaults.get('broken')?.map(({ name }) => name)).toEqual([
      'profiles.json: profiles.broken.tenantId',
      'profiles.json: profiles.broken.clientAuthentication',
      'profiles.json: profiles.broken.grant',
    ]);
  });
});

describe('a misspelt member', () => {
  const { clientId, ...rest } = servicePrincipal;

  test('of a profile is named with the probable spelling, and says if that member is missing', () => {
    const config = read({
      profiles: { broken: { ...rest, credential: undefined, clientID: clientId, scop: 'x', effect: 'red' } },
    });

    expect(faultsOf(config)).toEqual([
      'profiles.json: profiles.broken.credential is missing.',
      'profiles.json: profiles.broken.clientID is not a known property: did you mean "clientId", which is missing?.',
      'profiles.json: profiles.broken.scop is not a known property: did you mean "scope"?.',
      'profiles.json: profiles.broken.effect is not a known property.',
    ]);
  });

  test('of a grant does the same', () => {
    expect(
      faultsOf(read({ grants: [{ callers: [{ anyone: true }], profiles: ['default'], action: ['token'] }] })),
    ).toEqual(['profiles.json: grants.0.action is not a known property: did you mean "actions", which is missing?.']);
  });
});

describe('a grant for an unknown profile', () => {
  const grantFor = (profile: string) => [{ callers: [{ anyone: true }], profiles: [profile], actions: ['token'] }];
  const profiles = { sales: servicePrincipal };

  test.each([
    ['a typo', { profiles, grants: grantFor('defualt') }, withDefault, ': did you mean "default"?'],
    ['a typo of another profile', { profiles, grants: grantFor('Sales') }, withDefault, ': did you mean "sales"?'],
    [
      'the same name in upper case',
      { profiles, grants: grantFor('DEFAULT') },
      withDefault,
      ': did you mean "default"?',
    ],
    [
      'a short name',
      { profiles: { hr: servicePrincipal }, grants: grantFor('it') },
      withDefault,
      ': write a name from "profiles"',
    ],
    ['another name', { profiles, grants: grantFor(PLANTED) }, withDefault, ': write a name from "profiles"'],
  ])('%s is a fault that does not quote the name', (_what, file, environment, advice) => {
    expect(faultsOf(read(file, environment))).toEqual([
      `profiles.json: grants.0.profiles.0 names a profile that does not exist${advice}.`,
    ]);
  });

  test('default without its settings is a fault that names the settings', () => {
    expect(faultsOf(read({ profiles, grants: grantFor('default') }, settings))).toEqual([
      'profiles.json: grants.0.profiles.0 names "default", which does not exist: ' +
        'set POWERBI_TENANT_ID and POWERBI_CLIENT_ID, or write "default" under "profiles".',
    ]);
  });
});

describe('a grant with a fault', () => {
  const good = { callers: [{ anyone: true }], profiles: ['default'], actions: ['token'] };

  test('stops every guarded route, because its meaning is unknown', () => {
    const config = read({ grants: [good, { ...good, actions: ['token', 'everything'] }] });

    expect(config.faults.map(({ name }) => name)).toEqual(['profiles.json: grants.1.actions.1']);
  });

  test.each<[string, object, string]>([
    ['.callers', { callers: [] }, 'must name at least one caller'],
    ['.callers.0', { callers: [{}] }, 'is empty: name a claim'],
    ['.callers', { callers: undefined }, 'is missing'],
    ['.callers.0.upn', { callers: [{ upn: 'ada@contoso.example' }] }, 'is not a known property'],
    ['.callers.0.anyone', { callers: [{ anyone: false }] }, 'must be true, or must be left out'],
    ['.callers.0.roles', { callers: [{ roles: 7 }] }, 'must be a string, or a list of strings'],
    ['.callers.0.oid', { callers: [{ oid: '' }] }, 'must'],
    ['.profiles', { profiles: [] }, 'must name at least one profile'],
    ['.actions', { actions: [] }, 'must name at least one of token, embed, workspaces, reports, datasets, refresh'],
    ['.mode', { mode: 'off' }, 'must be enforce or audit'],
    ['.workspaces.0', { workspaces: ['sales'] }, 'must be a workspace id (a GUID)'],
    ['.accessLevel', { accessLevel: 'Owner' }, 'must be View, Edit, Create'],
    ['.identity', { identity: { username: 'name' } }, 'must be "from-request" or { "username": SOURCE'],
    ['.name', { name: 'n'.repeat(65) }, 'must have at most 64 characters'],
    ['.workspaces', { workspaces: [] }, 'must have at least one entry: a workspace id'],
    ['.effect', { effect: 'deny' }, 'is not a known property'],
  ])('%s: %j', (path, members, problem) => {
    const config = read({ grants: [{ ...good, ...members }] });

    expect(config.faults.map(({ name, problem: what }) => `${name} ${what}`)).toEqual([
      expect.stringContaining(`profiles.json: grants.0${path} ${problem}`),
    ]);
  });

  const W = '11111111-0000-4000-8000-000000000001';
  const embed = { ...good, actions: ['embed'], workspaces: [W] };
  const oid = { claim: 'oid' };

  test.each<[string, object, string[]]>([
    [
      'a limit that no action uses',
      { ...good, actions: ['datasets'], workspaces: [W], reports: [W] },
      ['reports has no effect: it is for the actions embed'],
    ],
    [
      'limits with only token',
      { ...good, workspaces: [W] },
      ['workspaces has no effect: it is for the actions embed, workspaces'],
    ],
    [
      'token in a grant with limits',
      { ...embed, actions: ['embed', 'token'] },
      ['actions has token, but limits cannot restrict a token'],
    ],
    ['embed without workspaces', { ...embed, workspaces: undefined }, ['workspaces is missing: a grant with embed']],
    [
      'refresh without workspaces',
      { ...good, actions: ['refresh'], datasets: [W] },
      ['workspaces is missing: a grant with refresh'],
    ],
    [
      'other claims without oidc',
      { ...good, callers: [{ claims: { team: 'a' } }] },
      ['callers.0.claims is only for CALLER_AUTH=oidc'],
    ],
    [
      'from-request for every caller',
      { ...embed, identity: 'from-request' },
      ['identity is from-request, so the caller chooses the user'],
    ],
    [
      'a user name that people can change',
      { ...embed, identity: { username: { claim: 'email' } } },
      ['identity.username names a claim that people can change'],
    ],
    [
      'custom data that people can change',
      { ...embed, identity: { username: oid, customData: { claim: 'preferred_username' } } },
      ['identity.customData names a claim that people can change'],
    ],
    [
      'upn with function keys',
      { ...embed, identity: { username: { claim: 'upn' } } },
      ['identity.username names upn, which is only allowed with CALLER_AUTH=entra'],
    ],
    [
      'a claim of another issuer',
      { ...embed, identity: { username: { claim: 'team' } } },
      ['identity.username must name one of the claims oid, sub, tid, appid, upn'],
    ],
    [
      'roles of a claim that people can change',
      { ...embed, identity: { username: oid, roles: { claim: 'email', map: { a: 'A' } } } },
      ['identity.roles names a claim that people can change'],
    ],
    [
      'a user name with a space',
      { ...embed, identity: { username: { value: 'two words' } } },
      ['identity.username must have at most 256 characters and no spaces'],
    ],
    [
      'no fault: all limits of embed',
      {
        ...embed,
        reports: [W],
        dashboards: [W],
        datasets: [W],
        accessLevel: 'Edit',
        xmla: true,
        identity: { username: oid, roles: { claim: 'groups', map: { a: 'A' } } },
      },
      [],
    ],
    ['no fault: from-request for an application', { ...embed, callers: [{ appid: W }], identity: 'from-request' }, []],
    [
      'no fault: a list of one workspace',
      { ...good, actions: ['datasets', 'reports', 'workspaces'], workspaces: [W] },
      [],
    ],
  ])('%s', (_what, grant, problems) => {
    const told = read({ grants: [grant] }, { ...withDefault, CALLER_AUTH: 'key' }).faults.map(
      ({ name, problem }) => `${name} ${problem}`,
    );

    expect(told).toEqual(
      problems.map((problem): unknown => expect.stringContaining(`profiles.json: grants.0.${problem}`)),
    );
  });

  test('upn may be the user name if only Entra authenticates callers', () => {
    const entra = { ...withDefault, CALLER_AUTH: 'entra', CALLER_AUDIENCE: 'api://here' };

    expect(read({ grants: [{ ...embed, identity: { username: { claim: 'upn' } } }] }, entra).faults).toEqual([]);
  });

  test.each([null, 'anyone', 7, [[]]])('a grant that is %j is a fault with its place', (grant) => {
    expect(read({ grants: [good, grant] }).faults[0]?.name).toMatch(/^profiles\.json: grants\.1/);
  });
});

describe('what would fail later is a fault at the start of the app', () => {
  const signIn = { ...servicePrincipal, grant: 'authorization_code' };

  test('a profile name that differs from another only in case is a fault: the host gives both one address', () => {
    const config = readSound({ profiles: { Sales: servicePrincipal, sales: servicePrincipal } });
    expect([...config.profiles.keys()]).toEqual(['default', 'Sales']);
    expect(faultsOf(config)).toEqual([
      'profiles.json: profiles.sales differs from "Sales" only in letter case: use another name.',
    ]);
  });

  test.each(['issuer', 'tokenEndpoint'])(
    "people sign in only at their tenant's own endpoint: %s is refused",
    (member) => {
      const address = `https://login.microsoftonline.com/${the.tenantId}/oauth2/v2.0/token`;
      const profile = { ...signIn, tenantId: undefined };
      const config = read(
        { profiles: { people: { ...profile, [member]: address } } },
        { ...withDefault, SIGN_IN_REDIRECT_URI: 'https://app.contoso.example/api/auth/callback' },
      );
      expect(faultsOf(config)).toEqual([
        'profiles.json: profiles.people.grant is authorization_code, which works with Entra only: leave issuer and tokenEndpoint out.',
      ]);
    },
  );

  test('a redirect URI that does not end in /auth/callback is a fault, because sign-ins could not return', () => {
    const config = read(
      { profiles: { people: signIn } },
      { ...withDefault, SIGN_IN_REDIRECT_URI: 'https://app.contoso.example/api/auth/back' },
    );
    expect(faultsOf(config)).toEqual([
      'SIGN_IN_REDIRECT_URI must be an https:// URL (http:// only for localhost) that ends in /auth/callback, exactly as registered.',
    ]);
  });

  test('a tenant id in upper case is written as Entra writes it in its tokens', () => {
    const { profiles } = readSound({
      profiles: { sales: { ...servicePrincipal, tenantId: the.tenantId.toUpperCase() } },
    });
    expect(profiles.get('sales')).toMatchObject({
      issuer: { issuer: `https://login.microsoftonline.com/${the.tenantId}/v2.0` },
    });
  });

  test('a byte order mark at the beginning is skipped', () => {
    expect(faultsOf(read(`\uFEFF${JSON.stringify({ profiles: { sales: servicePrincipal } })}`))).toEqual([]);
  });

  test('a file that does not parse is the only fault: settings that it may replace are not reported as missing', () => {
    expect(faultsOf(read('{ "profiles": ', settings))).toEqual([
      expect.stringMatching(/^profiles\.json is not valid JSON/),
    ]);
  });
});
