import type { Caller, CallerClaims, IdentifiedCaller } from '../../src/callers/caller.ts';
import type { AccessRequest, EmbedRequest } from '../../src/callers/access-request.ts';
import { decide, mayDiagnose } from '../../src/callers/decide.ts';
import type { Grant } from '../../src/config/profiles/grant.ts';
import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import { readGrant } from '../../src/config/profiles/read-grant.ts';
import { the } from '../support/the.ts';

const OID = '0a0b0c0d-1111-4222-8333-444455556666';
const APP_ID = 'a1b2c3d4-5555-4666-8777-888899990000';

const claims: CallerClaims = {
  tid: the.tenantId,
  oid: OID,
  appid: APP_ID,
  roles: ['Token.Read', 'Other'],
  scp: ['access_as_user', 'other'],
  groups: ['group-1', 'group-2'],
  hasGroupOverage: false,
  upn: 'ada@contoso.example',
  preferred_username: 'ada@contoso.example',
  email: 'ada@contoso.example',
  sub: OID,
};

const caller = (members: Partial<CallerClaims> = {}): IdentifiedCaller => ({
  kind: 'identified',
  via: 'entra',
  id: `${the.tenantId}/${OID}`,
  bearerToken: 'a.b.c',
  namedClaims: new Map(),
  claims: { ...claims, ...members },
});
const person = caller();
const daemonWithRole = caller({ scp: [], upn: undefined });
const daemonWithoutRole = caller({ scp: [], roles: [] });
const key: Caller = { kind: 'nameless', id: 'key' };
const anonymous: Caller = { kind: 'nameless', id: 'anonymous' };

const request: AccessRequest = { action: 'token', profile: 'sales' };
const grant = (matcher: GrantInput['callers'][number], members: Partial<GrantInput> = {}): Grant =>
  readGrant({ callers: [matcher], profiles: ['sales'], actions: ['token'], ...members }, 'grants.0');

const denied = (reason: string) => ({ outcome: 'deny', code: 'forbidden', reason });
const NOT_FOR_CALLER = 'no grant gives the action "token" on the profile "sales" to this caller';
const noMatch = (missing?: string) =>
  denied(
    `${NOT_FOR_CALLER}: the claims of this caller match no such grant` +
      (missing === undefined ? '' : `; missing: ${missing}`),
  );
const NOT_NAMED = denied(`${NOT_FOR_CALLER}: the token is app-only and has no role, and no grant names its appid`);
const ALLOW = { outcome: 'allow', grant: 'grants.0', identities: [] };

describe('one claim', () => {
  test.each([
    ['tid', the.tenantId],
    ['oid', OID],
    ['appid', APP_ID],
    ['azp', APP_ID],
    ['roles', 'Token.Read'],
    ['scp', 'access_as_user'],
    ['groups', 'group-2'],
    ['sub', OID],
  ] as const)('%s matches the claim of the caller, single or one of a list, and nothing else', (claim, value) => {
    const decisions = [value, ['something else', value], 'something else', ['something', 'else']].map((wanted) =>
      decide([grant({ [claim]: wanted })], person, request),
    );

    expect(decisions).toEqual([ALLOW, ALLOW, noMatch(claim), noMatch(claim)]);
  });

  test.each(['tid', 'oid', 'appid', 'azp', 'groups'] as const)('%s is an id and ignores case', (claim) => {
    const value = { tid: the.tenantId, oid: OID, appid: APP_ID, azp: APP_ID, groups: 'group-1' }[claim];

    expect(decide([grant({ [claim]: value.toUpperCase() })], person, request)).toEqual(ALLOW);
  });

  test.each([
    ['roles', 'token.read'],
    ['scp', 'ACCESS_AS_USER'],
    ['roles', 'Token.Rea'],
    ['roles', 'Token.Read.All'],
    ['scp', 'access_as_user other'],
    ['roles', '*'],
    ['oid', ''],
  ] as const)('%s must match exactly: %j matches no caller', (claim, value) => {
    expect(decide([grant({ [claim]: value })], person, request)).toEqual(noMatch(claim));
  });

  test.each([
    ['appid', { appid: undefined }],
    ['azp', { appid: undefined }],
    ['groups', { groups: [] }],
    ['roles', { roles: [] }],
  ] as const)('%s that the caller lacks is no match', (claim, members) => {
    expect(decide([grant({ [claim]: 'anything' })], caller(members), request)).toEqual(noMatch(claim));
  });
});

describe('many claims, matchers and grants', () => {
  test('every member of a matcher must hold', () => {
    const decisions = [
      { tid: the.tenantId, roles: 'Token.Read', groups: ['group-1'] },
      { tid: the.tenantId, roles: 'Token.Read', groups: ['group-9'] },
      { anyone: true, roles: 'Nobody.Has' } as const,
      { anyone: true, roles: 'Token.Read' } as const,
    ].map((matcher) => decide([grant(matcher)], person, request));

    expect(decisions).toEqual([ALLOW, noMatch('groups'), noMatch('roles'), ALLOW]);
  });

  test('one matching matcher is enough for a grant, and one matching grant is enough for a request', () => {
    const decisions = [
      decide([grant({}, { callers: [{ oid: 'no' }, { oid: OID }] })], person, request),
      decide([grant({ oid: 'no' }), grant({ oid: OID })], person, request),
      decide([grant({ oid: 'no' }), grant({ oid: OID }, { profiles: ['other'] })], person, request),
    ];

    expect(decisions).toEqual([ALLOW, ALLOW, noMatch('oid')]);
  });

  test('two grants are not combined: each allows only its own actions to its own callers', () => {
    const grants = [
      grant({ roles: 'Token.Read' }, { actions: ['workspaces'] }),
      grant({ roles: 'Nobody.Has' }, { actions: ['token', 'workspaces'] }),
      grant({ roles: 'Token.Read' }, { profiles: ['other'] }),
    ];

    expect(decide(grants, person, request)).toEqual(noMatch('roles'));
    expect(decide(grants, person, { action: 'workspaces', profile: 'sales' })).toEqual(ALLOW);
  });

  test('an empty matcher matches no caller', () => {
    expect([person, daemonWithRole, key].map((who) => decide([grant({})], who, request))).toEqual(
      Array(3).fill(noMatch()),
    );
  });
});

describe('what is missing', () => {
  test('is named once for each claim, over all grants for the request, and never with its value', () => {
    const grants = [
      grant({ tid: the.tenantId, roles: 'Nobody.Has', groups: 'group-9' }),
      grant({}, { callers: [{ oid: 'no' }, { roles: 'Nobody.Has.Either' }] }),
      grant({ scp: 'no' }, { profiles: ['other'] }),
    ];

    expect(decide(grants, person, request)).toEqual(noMatch('roles, groups, oid'));
  });

  test('is distinguished from claims that Entra left out of the token', () => {
    const inTooMany = caller({ groups: [], hasGroupOverage: true });

    const decisions = [{ groups: 'group-1', roles: 'Nobody.Has' }, { roles: 'Nobody.Has' }].map((matcher) =>
      decide([grant(matcher)], inTooMany, request),
    );

    expect(decisions).toEqual([noMatch('groups (the token lists none: group overage), roles'), noMatch('roles')]);
  });

  test('for an application without a role comes only from the grants that name it', () => {
    const grants = [grant({ oid: 'no' }), grant({ appid: 'other', scp: 'no' }), grant({ appid: APP_ID, roles: 'no' })];

    expect(decide(grants, daemonWithoutRole, request)).toEqual(noMatch('roles'));
  });
});

describe('the request', () => {
  test.each([
    [{ action: 'token', profile: 'Sales' }],
    [{ action: 'token', profile: 'default' }],
    [{ action: 'workspaces', profile: 'sales' }],
    [{ action: 'token', profile: '*' }],
    [{ action: 'token', profile: 'constructor' }],
  ] as const)('%j is not allowed by the grant', (other) => {
    expect(decide([grant({ anyone: true }, { profiles: ['sales'] })], person, other)).toEqual(
      denied(`no grant gives the action "${other.action}" on the profile "${other.profile}"`),
    );
  });
});

describe('anyone', () => {
  test.each([
    ['a person', person, ALLOW],
    ['an application with a role', daemonWithRole, ALLOW],
    ['the holder of a function key', key, ALLOW],
    ['any caller in local development', anonymous, ALLOW],
    ['an application without a role', daemonWithoutRole, NOT_NAMED],
  ] as const)('may be %s', (_who, who, decision) => {
    expect(decide([grant({ anyone: true })], who, request)).toEqual(decision);
  });

  test('a nameless caller has no claims to match', () => {
    const grants = [grant({ tid: the.tenantId }), grant({ anyone: true, tid: the.tenantId })];

    expect([key, anonymous].map((who) => decide(grants, who, request))).toEqual([noMatch('tid'), noMatch('tid')]);
  });
});

describe('an application without a role', () => {
  test.each([
    [{ appid: APP_ID }, ALLOW],
    [{ azp: APP_ID }, ALLOW],
    [{ appid: [APP_ID.toUpperCase(), 'other'], tid: the.tenantId }, ALLOW],
    [{ appid: APP_ID, anyone: true }, ALLOW],
    [{ appid: 'other' }, NOT_NAMED],
    [{ oid: OID }, NOT_NAMED],
    [{ tid: the.tenantId }, NOT_NAMED],
    [{ groups: 'group-1' }, NOT_NAMED],
    [{ appid: APP_ID, groups: 'group-9' }, noMatch('groups')],
  ] as const)('%j', (matcher, decision) => {
    expect(decide([grant(matcher as GrantInput['callers'][number])], daemonWithoutRole, request)).toEqual(decision);
  });
});

describe('without a list of grants', () => {
  const withOperatorRole = caller({ roles: ['Token.Get'] });
  const daemonWithOperatorRole = caller({ scp: [], roles: ['Token.Get'] });
  const NO_GRANTS = denied('there are no grants, and without them the app issues only the token of "default"');
  const NO_ROLE = denied('there are no grants, and the caller does not have the app role Token.Get');
  const tokenOfDefault = { action: 'token', profile: 'default' } as const;

  test.each([
    ['the holder of a function key', key],
    ['every caller in local development', anonymous],
    ['a person with the role Token.Get', withOperatorRole],
    ['an application with the role Token.Get', daemonWithOperatorRole],
  ] as const)('%s gets the token of the profile default, and nothing else', (_who, who) => {
    const decisions = [
      decide(undefined, who, tokenOfDefault),
      decide(undefined, who, { action: 'workspaces', profile: 'default' }),
      decide(undefined, who, request),
    ];

    expect(decisions).toEqual([{ outcome: 'allow', grant: undefined, identities: [] }, NO_GRANTS, NO_GRANTS]);
  });

  test.each([
    ['a person without that role', person],
    ['an application with another role', daemonWithRole],
    ['an application without a role', daemonWithoutRole],
  ] as const)('%s gets nothing', (_who, who) => {
    expect(decide(undefined, who, tokenOfDefault)).toEqual(NO_ROLE);
  });

  test.each([
    ['the token of default', tokenOfDefault],
    ['another token', request],
  ])('a caller of another OpenID provider does not get %s: a grant must name it', (_what, asked) => {
    const stranger: Caller = { ...withOperatorRole, via: 'oidc' };

    expect(decide(undefined, stranger, asked)).toEqual(
      denied('there are no grants, and CALLER_AUTH=oidc requires one'),
    );
  });

  test('an empty list allows nothing to any caller', () => {
    expect([key, withOperatorRole].map((who) => decide([], who, tokenOfDefault))).toEqual(
      Array(2).fill(denied('no grant gives the action "token" on the profile "default"')),
    );
  });
});

test.each([
  ['the holder of a function key', key, [], true],
  ['a person with the role Token.Get', caller({ roles: ['Token.Get'] }), undefined, true],
  ['a person for whom there is a grant', person, [grant({ oid: OID })], true],
  ['a person for whom there is no grant', person, [grant({ oid: 'other' })], false],
  ['a person, without grants', person, undefined, false],
  ['an application with another role', daemonWithRole, [], false],
  ['an application without a role that some grant names', daemonWithoutRole, [grant({ appid: APP_ID })], true],
  ['an application without a role that no grant names', daemonWithoutRole, [grant({ anyone: true })], false],
] as const)('%s: whether it may read readiness', (_who, who, grants, expected) => {
  expect(mayDiagnose(grants, who)).toBe(expected);
});

test('group names are compared without Unicode case folding: the Kelvin sign is not a K', () => {
  const decisions = ['\u212Ay', 'KY', 'ky'].map((group) =>
    decide([grant({ groups: 'ky' })], caller({ groups: [group] }), request),
  );

  expect(decisions).toEqual([noMatch('groups'), ALLOW, ALLOW]);
});

describe('limits', () => {
  const W1 = '11111111-0000-4000-8000-000000000001';
  const W2 = '22222222-0000-4000-8000-000000000002';
  const R1 = 'aaaaaaaa-0000-4000-8000-000000000001';
  const D1 = 'dddddddd-0000-4000-8000-000000000001';
  const D2 = 'dddddddd-0000-4000-8000-000000000002';
  const limited = (limits: Partial<GrantInput>): Grant =>
    grant({ anyone: true }, { actions: ['embed', 'reports', 'datasets', 'refresh'], workspaces: [W1], ...limits });
  const dataset = (id: string, workspaceId = W1): EmbedRequest['datasets'][number] => ({
    id,
    workspaceId,
    wantsXmla: false,
    requiresIdentity: false,
    requiresRoles: false,
  });
  const embed = (members: Partial<EmbedRequest> = {}): EmbedRequest => ({
    action: 'embed',
    profile: 'sales',
    reports: [{ id: R1, workspaceId: W1, allowEdit: false }],
    dashboards: [],
    datasets: [dataset(D1)],
    targetWorkspaceIds: [],
    createsReport: false,
    identities: undefined,
    ...members,
  });
  const list = (workspaceId: string | undefined) => ({ action: 'datasets', profile: 'sales', workspaceId }) as const;
  const refresh = (workspaceId: string, datasetId: string) =>
    ({ action: 'refresh', profile: 'sales', workspaceId, datasetId }) as const;
  const beyond = (limit: string) => denied(`grant "grants.0": the request is not within "${limit}" of the grant`);

  test.each<[string, Partial<GrantInput>, AccessRequest, unknown]>([
    ['a list of a granted workspace', {}, list(W1), ALLOW],
    ['a list of another workspace', {}, list(W2), beyond('workspaces')],
    [
      'a list of My workspace',
      {},
      list(undefined),
      denied('grant "grants.0": the grant names workspaces, and the request has no ?workspace=ID'),
    ],
    ['a refresh in a granted workspace', {}, refresh(W1, D1), ALLOW],
    ['a refresh in another workspace', {}, refresh(W2, D1), beyond('workspaces')],
    [
      'a refresh in another workspace of a dataset that is named',
      { datasets: [D1] },
      refresh(W2, D1),
      beyond('workspaces'),
    ],
    ['a refresh of a dataset that is not named', { datasets: [D2] }, refresh(W1, D1), beyond('datasets')],
    ['a report of a granted workspace', {}, embed(), ALLOW],
    ['ids in capitals', { workspaces: [W1], reports: [R1.toUpperCase()] }, embed(), ALLOW],
    [
      'a report of another workspace',
      {},
      embed({ reports: [{ id: R1, workspaceId: W2, allowEdit: false }] }),
      beyond('workspaces'),
    ],
    ['a report that is not named', { reports: [D1] }, embed(), beyond('reports')],
    [
      'a dashboard of another workspace',
      {},
      embed({ dashboards: [{ id: R1, workspaceId: W2 }] }),
      beyond('workspaces'),
    ],
    [
      'a dashboard that is not named',
      { dashboards: [D1] },
      embed({ dashboards: [{ id: R1, workspaceId: W1 }] }),
      beyond('dashboards'),
    ],
    ['a dataset of another workspace', {}, embed({ datasets: [dataset(D1, W2)] }), beyond('datasets')],
    ['a dataset of another workspace that is named', { datasets: [D1] }, embed({ datasets: [dataset(D1, W2)] }), ALLOW],
    ['a dataset that is not named', { datasets: [D2] }, embed(), beyond('datasets')],
    [
      'editing under View',
      {},
      embed({ reports: [{ id: R1, workspaceId: W1, allowEdit: true }] }),
      beyond('accessLevel'),
    ],
    [
      'editing under Edit',
      { accessLevel: 'Edit' },
      embed({ reports: [{ id: R1, workspaceId: W1, allowEdit: true }] }),
      ALLOW,
    ],
    ['saving under Edit', { accessLevel: 'Edit' }, embed({ targetWorkspaceIds: [W1] }), beyond('accessLevel')],
    ['saving under Create', { accessLevel: 'Create' }, embed({ targetWorkspaceIds: [W1] }), ALLOW],
    [
      'saving to another workspace',
      { accessLevel: 'Create' },
      embed({ targetWorkspaceIds: [W2] }),
      beyond('workspaces'),
    ],
    [
      'a new report under Edit',
      { accessLevel: 'Edit' },
      embed({ reports: [], createsReport: true }),
      beyond('accessLevel'),
    ],
    ['queries without xmla', {}, embed({ datasets: [{ ...dataset(D1), wantsXmla: true }] }), beyond('xmla')],
    ['queries with xmla', { xmla: true }, embed({ datasets: [{ ...dataset(D1), wantsXmla: true }] }), ALLOW],
  ])('%s', (_what, limits, asked, decision) => {
    expect(decide([limited(limits)], person, asked)).toEqual(decision);
  });

  test('two grants are not combined to allow the whole request', () => {
    const two = embed({
      reports: [
        { id: R1, workspaceId: W1, allowEdit: false },
        { id: D2, workspaceId: W2, allowEdit: false },
      ],
    });

    expect(decide([limited({}), limited({ workspaces: [W2] })], person, two)).toMatchObject({ outcome: 'deny' });
    expect(decide([limited({ workspaces: [W1, W2] })], person, two)).toEqual(ALLOW);
  });

  test('the first grant in file order that allows the whole request is named', () => {
    const grants = [limited({ name: 'narrow', reports: [D1] }), limited({ name: 'wide' }), limited({ name: 'last' })];

    expect(decide(grants, person, embed())).toEqual({ ...ALLOW, grant: 'wide' });
  });

  describe('the identities of an embed token', () => {
    const secured = { ...dataset(D1), requiresIdentity: true, requiresRoles: true };
    const securedEmbed = embed({ datasets: [secured, dataset(D2)] });
    const decideBy = (identity: GrantInput['identity'], who: Caller = person, asked = securedEmbed) =>
      decide([limited(identity === undefined ? {} : { identity })], who, asked);
    const oid = { claim: 'oid' };
    const given = { username: 'somebody', roles: ['Sales'], datasets: [D1] };

    test('come from claims, for exactly the datasets that require one', () => {
      const identity = { username: oid, roles: ['Employee'], customData: { value: 'EMEA' } };

      expect(decideBy(identity)).toEqual({
        ...ALLOW,
        identities: [{ username: OID, roles: ['Employee'], customData: 'EMEA', datasets: [D1] }],
      });
      expect(decideBy(identity, person, embed())).toEqual(ALLOW);
    });

    test('all mapped roles are sent, and group ids ignore case', () => {
      const map = { 'GROUP-2': 'Second', 'group-1': 'First', 'group-9': 'Ninth' };

      expect(decideBy({ username: oid, roles: { claim: 'groups', map } })).toMatchObject({
        identities: [{ roles: ['Second', 'First'] }],
      });
    });

    test.each<[string, GrantInput['identity'], Caller, string]>([
      ['no identity', undefined, person, 'it has no identity, and a dataset requires one (row-level security)'],
      [
        'a claim that is missing',
        { username: { claim: 'upn' }, roles: ['A'] },
        caller({ upn: undefined }),
        'the caller has no single claim upn',
      ],
      [
        'a claim with two values',
        { username: { claim: 'groups' }, roles: ['A'] },
        person,
        'the caller has no single claim groups',
      ],
      ['a caller without claims', { username: oid, roles: ['A'] }, key, 'the caller has no single claim oid'],
      [
        'a space in the user name',
        { username: { claim: 'upn' }, roles: ['A'] },
        caller({ upn: 'a b' }),
        'the user name has a space or more than 256 characters',
      ],
      [
        'a long user name',
        { username: { claim: 'upn' }, roles: ['A'] },
        caller({ upn: 'a'.repeat(257) }),
        'the user name has a space or more than 256 characters',
      ],
      [
        'no custom data',
        { username: oid, roles: ['A'], customData: { claim: 'upn' } },
        caller({ upn: undefined }),
        'the caller has no single claim upn',
      ],
      ['no role', { username: oid }, person, 'its identity names no roles, and a dataset requires them'],
      [
        'no mapped role',
        { username: oid, roles: { claim: 'groups', map: { other: 'A' } } },
        person,
        'no value of the role claim is in the map',
      ],
      [
        '51 roles',
        {
          username: oid,
          roles: { claim: 'groups', map: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`g${n}`, `R${n}`])) },
        },
        caller({ groups: Array.from({ length: 51 }, (_, n) => `g${n}`) }),
        'the caller has more than 50 roles',
      ],
    ])('%s: nothing is allowed', (_what, identity, who, reason) => {
      expect(decideBy(identity, who)).toEqual(denied(`grant "grants.0": ${reason}`));
    });

    test('may come from the request only if the grant says from-request', () => {
      const asked = { ...securedEmbed, identities: [given] };

      expect(decideBy({ username: oid, roles: ['A'] }, person, asked)).toEqual({
        outcome: 'deny',
        code: 'invalid_request',
        reason: 'grant "grants.0": its identity is not from-request, and the request has identities',
      });
      expect(decideBy('from-request', person, asked)).toEqual({ ...ALLOW, identities: [given] });
    });

    test('50 roles and a user name of 256 characters are allowed', () => {
      const groups = Array.from({ length: 50 }, (_, n) => `g${n}`);
      const map = Object.fromEntries(groups.map((group) => [group, group.toUpperCase()]));
      const identity = { username: { claim: 'upn' }, roles: { claim: 'groups' as const, map } };
      const upn = 'a'.repeat(256);

      expect(decideBy(identity, caller({ groups, upn }))).toEqual({
        ...ALLOW,
        identities: [{ username: upn, roles: Object.values(map), datasets: [D1] }],
      });
    });

    test('without roles and custom data have only the user name, if the dataset requires no roles', () => {
      const asked = embed({ datasets: [{ ...dataset(D1), requiresIdentity: true }] });

      expect(decideBy({ username: { value: 'fixed' } }, key, asked)).toEqual({
        ...ALLOW,
        identities: [{ username: 'fixed', datasets: [D1] }],
      });
    });

    test('a role of several groups is sent once', () => {
      const map = { 'group-1': 'Sales', 'group-2': 'Sales' };

      expect(decideBy({ username: oid, roles: { claim: 'groups', map } })).toMatchObject({
        identities: [{ roles: ['Sales'] }],
      });
    });

    test('the reason of every grant is given; the request is invalid only if every grant says so', () => {
      const asked = { ...securedEmbed, identities: [given] };
      const fromClaims = limited({ identity: { username: oid } });
      const narrow = limited({ name: 'narrow', reports: [D1] });
      const invalid = 'its identity is not from-request, and the request has identities';

      expect(decide([fromClaims, narrow], person, asked)).toEqual(
        denied(`grant "grants.0": ${invalid}; grant "narrow": the request is not within "reports" of the grant`),
      );
      expect(decide([fromClaims, limited({ name: 'other' })], person, asked)).toEqual({
        outcome: 'deny',
        code: 'invalid_request',
        reason: `grant "grants.0": ${invalid}; grant "other": ${invalid}`,
      });
    });

    const MISSING = 'a dataset requires an identity that is missing';
    const NOT_REQUIRED = 'an identity names a dataset that requires none, or that the token is not for';
    test.each<[name: string, identities: EmbedRequest['identities'], reason: string]>([
      ['none', undefined, MISSING],
      ['an empty list', [], MISSING],
      ['one without datasets', [{ ...given, datasets: [] }, given], 'an identity names no dataset'],
      ['one for a dataset that requires none', [{ ...given, datasets: [D1, D2] }], NOT_REQUIRED],
      ['one for a dataset that the token is not for', [given, { ...given, datasets: [W1] }], NOT_REQUIRED],
      ['two for one dataset', [given, { ...given, username: 'other' }], 'a dataset has more than one identity'],
    ])('with from-request, %s is not allowed', (_what, identities, reason) => {
      expect(decideBy('from-request', person, { ...securedEmbed, identities })).toEqual({
        outcome: 'deny',
        code: 'invalid_request',
        reason: `grant "grants.0": ${reason}`,
      });
    });
  });
});
