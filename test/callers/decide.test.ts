import type { Caller, CallerClaims, IdentifiedCaller } from '../../src/callers/caller.ts';
import { decide, isSomebody, type AccessRequest } from '../../src/callers/decide.ts';
import type { Grant } from '../../src/config/profiles/profiles-schema.ts';
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
const grant = (matcher: Grant['callers'][number], members: Partial<Grant> = {}): Grant => ({
  callers: [matcher],
  profiles: ['sales'],
  actions: ['token'],
  ...members,
});

const noMatch = (missing?: string) => ({
  outcome: 'deny',
  reason:
    'no grant for the action "token" on the profile "sales" matches the claims of the caller' +
    (missing === undefined ? '' : `; missing: ${missing}`),
});
const NOBODY = { outcome: 'deny', reason: 'the token is app-only and has no role, and no grant names its appid' };
const ALLOW = { outcome: 'allow' };

describe('one claim', () => {
  test.each([
    ['tid', the.tenantId],
    ['oid', OID],
    ['appid', APP_ID],
    ['azp', APP_ID],
    ['roles', 'Token.Read'],
    ['scp', 'access_as_user'],
    ['groups', 'group-2'],
  ] as const)('%s matches what the caller has, alone or as one of a list, and nothing else', (claim, value) => {
    const decisions = [value, ['something else', value], 'something else', ['something', 'else']].map((wanted) =>
      decide([grant({ [claim]: wanted })], person, request),
    );

    expect(decisions).toEqual([ALLOW, ALLOW, noMatch(claim), noMatch(claim)]);
  });

  test.each(['tid', 'oid', 'appid', 'azp', 'groups'] as const)('%s is an id, in which case does not count', (claim) => {
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
  ] as const)('%s is held to the letter: %j matches nobody', (claim, value) => {
    expect(decide([grant({ [claim]: value })], person, request)).toEqual(noMatch(claim));
  });

  test.each([
    ['appid', { appid: undefined }],
    ['azp', { appid: undefined }],
    ['groups', { groups: [] }],
    ['roles', { roles: [] }],
  ] as const)('%s that the caller does not have at all is no match', (claim, members) => {
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

  test('one matcher of a grant is enough, and one grant of many', () => {
    const decisions = [
      decide([grant({}, { callers: [{ oid: 'no' }, { oid: OID }] })], person, request),
      decide([grant({ oid: 'no' }), grant({ oid: OID })], person, request),
      decide([grant({ oid: 'no' }), grant({ oid: OID }, { profiles: ['other'] })], person, request),
    ];

    expect(decisions).toEqual([ALLOW, ALLOW, noMatch('oid')]);
  });

  test('two grants do not add up: each gives what it gives to whom it names', () => {
    const grants = [
      grant({ roles: 'Token.Read' }, { actions: ['datasets'] }),
      grant({ roles: 'Nobody.Has' }, { actions: ['token', 'datasets'] }),
      grant({ roles: 'Token.Read' }, { profiles: ['other'] }),
    ];

    expect(decide(grants, person, request)).toEqual(noMatch('roles'));
    expect(decide(grants, person, { action: 'datasets', profile: 'sales' })).toEqual(ALLOW);
  });

  test('a matcher that says nothing matches nobody', () => {
    expect([person, daemonWithRole, key].map((who) => decide([grant({})], who, request))).toEqual(
      Array(3).fill(noMatch()),
    );
  });
});

describe('what was missing', () => {
  test('is named once for each claim, over all grants for the request, and never with what it holds', () => {
    const grants = [
      grant({ tid: the.tenantId, roles: 'Nobody.Has', groups: 'group-9' }),
      grant({}, { callers: [{ oid: 'no' }, { roles: 'Nobody.Has.Either' }] }),
      grant({ scp: 'no' }, { profiles: ['other'] }),
    ];

    expect(decide(grants, person, request)).toEqual(noMatch('roles, groups, oid'));
  });

  test('is told apart from what Entra left out of the token', () => {
    const inTooMany = caller({ groups: [], hasGroupOverage: true });

    const decisions = [{ groups: 'group-1', roles: 'Nobody.Has' }, { roles: 'Nobody.Has' }].map((matcher) =>
      decide([grant(matcher)], inTooMany, request),
    );

    expect(decisions).toEqual([noMatch('groups (the token names none: group overage), roles'), noMatch('roles')]);
  });

  test('of an application without a role is what the grants that name it want', () => {
    const grants = [grant({ oid: 'no' }), grant({ appid: 'other', scp: 'no' }), grant({ appid: APP_ID, roles: 'no' })];

    expect(decide(grants, daemonWithoutRole, request)).toEqual(noMatch('roles'));
  });
});

describe('what is asked for', () => {
  test.each([
    [{ action: 'token', profile: 'Sales' }],
    [{ action: 'token', profile: 'default' }],
    [{ action: 'datasets', profile: 'sales' }],
    [{ action: 'token', profile: '*' }],
    [{ action: 'token', profile: 'constructor' }],
  ] as const)('%j is not what the grant gives', (other) => {
    expect(decide([grant({ anyone: true }, { profiles: ['sales'] })], person, other)).toEqual({
      outcome: 'deny',
      reason: `no grant gives the action "${other.action}" on the profile "${other.profile}"`,
    });
  });

  test('embed is no token, and a token no embed', () => {
    expect(decide([grant({ anyone: true }, { actions: ['embed'] })], person, request)).toMatchObject({
      outcome: 'deny',
    });
  });
});

describe('anyone', () => {
  test.each([
    ['a person', person, ALLOW],
    ['an application with a role', daemonWithRole, ALLOW],
    ['the holder of a function key', key, ALLOW],
    ['whoever comes in local development', anonymous, ALLOW],
    ['an application without a role', daemonWithoutRole, NOBODY],
  ] as const)('may be %s', (_who, who, decision) => {
    expect(decide([grant({ anyone: true })], who, request)).toEqual(decision);
  });

  test('a nameless caller has no claims that could match', () => {
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
    [{ appid: 'other' }, NOBODY],
    [{ oid: OID }, NOBODY],
    [{ tid: the.tenantId }, NOBODY],
    [{ groups: 'group-1' }, NOBODY],
    [{ appid: APP_ID, groups: 'group-9' }, noMatch('groups')],
  ] as const)('%j', (matcher, decision) => {
    expect(decide([grant(matcher as Grant['callers'][number])], daemonWithoutRole, request)).toEqual(decision);
  });
});

describe('without any grants', () => {
  test.each([
    ['a person', person],
    ['an application with a role', daemonWithRole],
    ['the holder of a function key', key],
  ] as const)('%s may have the token of default, and nothing else', (_who, who) => {
    const decisions = [
      decide([], who, { action: 'token', profile: 'default' }),
      decide([], who, { action: 'datasets', profile: 'default' }),
      decide([], who, { action: 'token', profile: 'sales' }),
    ];

    const denied = {
      outcome: 'deny',
      reason: 'there are no grants, and without them there is the token of "default" alone',
    };
    expect(decisions).toEqual([ALLOW, denied, denied]);
  });

  test('an application without a role may have nothing', () => {
    expect(decide([], daemonWithoutRole, { action: 'token', profile: 'default' })).toEqual({
      outcome: 'deny',
      reason: 'the token is app-only and has no role, and there are no grants',
    });
  });
});

test.each([
  ['a person', person, [], true],
  ['an application with a role', daemonWithRole, [], true],
  ['the holder of a function key', key, [], true],
  ['an application without a role', daemonWithoutRole, [], false],
  ['an application without a role that some grant names', daemonWithoutRole, [grant({ appid: APP_ID })], true],
  ['an application without a role that no grant names', daemonWithoutRole, [grant({ anyone: true })], false],
] as const)('%s: whether it is anybody at all', (_who, who, grants, expected) => {
  expect(isSomebody(grants, who)).toBe(expected);
});
