import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import { readGrant } from '../../src/config/profiles/read-grant.ts';
import { checkGrants } from '../../src/readiness/check-grants.ts';

const guid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const BY_OID = { username: { claim: 'oid' } };
const BY_SUB = { username: { claim: 'sub' } };

function grant(members: Partial<GrantInput>): GrantInput {
  return {
    callers: [{ scp: 'access_as_user' }],
    profiles: ['default'],
    actions: ['embed'],
    workspaces: [guid(1)],
    identity: BY_OID,
    ...members,
  };
}

const outputsOf = (grants: readonly GrantInput[]): readonly (string | undefined)[] =>
  checkGrants({ grants: grants.map((input, index) => readGrant(input, `grants.${index}`)) }).map(
    ({ output }) => output,
  );

test('a missing list of grants causes a warning, an empty one does not', () => {
  expect(checkGrants({ grants: undefined })).toEqual([
    {
      status: 'warn',
      output: 'There are no grants. Without grants callers can only get the token of "default".',
      hint: expect.stringContaining('profiles.json'),
    },
  ]);
  expect(checkGrants({ grants: [] })).toEqual([]);
});

test.each<[string, NonNullable<GrantInput['identity']>]>([
  ['the user name', { username: { claim: 'upn' } }],
  ['the custom data', { ...BY_OID, customData: { claim: 'upn' } }],
  ['the roles', { ...BY_OID, roles: { claim: 'upn', map: { 'ada@contoso.example': 'Manager' } } }],
])('upn as the source of %s causes a warning with the name of the grant', (_, identity) => {
  expect(checkGrants({ grants: [readGrant(grant({ name: 'sales', identity }), 'grants.0')] })).toEqual([
    {
      status: 'warn',
      output:
        'The grant "sales" uses upn as the row-level security user name. A person can be renamed, and another person can later get the same name.',
      hint: expect.stringContaining('"oid"'),
    },
  ]);
});

test('two grants that would send different identities for one caller and item are both named', () => {
  expect(outputsOf([grant({ name: 'first' }), grant({ name: 'later', identity: BY_SUB })])).toEqual([
    'The grants "first" and "later" can match the same caller and item, but send different row-level security identities. "first" decides if it allows the request.',
  ]);
});

test.each<[string, Partial<GrantInput>, Partial<GrantInput>]>([
  ['the same identity', {}, { identity: { username: { claim: 'oid' } } }],
  ['identities of which one comes from the request', {}, { identity: 'from-request', callers: [{ appid: guid(3) }] }],
  ['other workspaces', {}, { identity: BY_SUB, workspaces: [guid(2)] }],
  ['other profiles', {}, { identity: BY_SUB, profiles: ['other'] }],
  ['other datasets', { datasets: [guid(4)] }, { identity: BY_SUB, datasets: [guid(5)] }],
  [
    'other items',
    { reports: [guid(4)], dashboards: [guid(6)] },
    { identity: BY_SUB, reports: [guid(5)], dashboards: [guid(7)] },
  ],
  ['other people', { callers: [{ oid: guid(8) }] }, { identity: BY_SUB, callers: [{ oid: [guid(9)] }] }],
  ['other applications', { callers: [{ appid: guid(8) }] }, { identity: BY_SUB, callers: [{ azp: guid(9) }] }],
  ['no effect, because one is in audit mode', {}, { identity: BY_SUB, mode: 'audit' }],
])('two grants with %s do not compete', (_, first, later) => {
  expect(outputsOf([grant(first), grant(later)])).toEqual([]);
});

test.each<[string, Partial<GrantInput>, Partial<GrantInput>]>([
  ['the same person in both', { callers: [{ oid: guid(8) }] }, { callers: [{ oid: guid(8).toUpperCase() }] }],
  ['a person with two roles', { callers: [{ roles: 'A' }] }, { callers: [{ roles: 'B' }] }],
  ['an application with two ids', { callers: [{ appid: guid(8) }] }, { callers: [{ azp: guid(8) }] }],
  ['anyone', { callers: [{ anyone: true }] }, {}],
  ['the same report in both', { reports: [guid(4)] }, { reports: [guid(4), guid(5)] }],
  ['other roles of one person', { identity: { ...BY_OID, roles: ['A'] } }, { identity: { ...BY_OID, roles: ['B'] } }],
])('two grants compete for %s', (_, first, later) => {
  expect(outputsOf([grant(first), grant({ identity: BY_SUB, ...later })])).toHaveLength(1);
});
