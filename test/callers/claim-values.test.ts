import type { Caller } from '../../src/callers/caller.ts';
import { claimValues, isSameValue } from '../../src/callers/claim-values.ts';

const caller: Caller = {
  kind: 'identified',
  via: 'oidc',
  id: 'issuer#ada',
  bearerToken: undefined,
  claims: {
    tid: 'tenant',
    oid: 'object',
    appid: 'app',
    roles: ['r-1', 'r-2'],
    scp: ['s-1'],
    groups: ['g-1', 'g-2'],
    hasGroupOverage: false,
    upn: 'ada@contoso.example',
    preferred_username: 'not to be matched',
    email: 'not to be matched',
    sub: 'ada',
  },
  namedClaims: new Map([
    ['department', ['sales', 'finance']],
    ['tid', ['not to be read here']],
  ]),
};

test.each<[claim: string, expected: readonly string[]]>([
  ['tid', ['tenant']],
  ['oid', ['object']],
  ['sub', ['ada']],
  ['upn', ['ada@contoso.example']],
  ['appid', ['app']],
  ['azp', ['app']],
  ['roles', ['r-1', 'r-2']],
  ['scp', ['s-1']],
  ['groups', ['g-1', 'g-2']],
  ['department', ['sales', 'finance']],
  ['email', []],
  ['preferred_username', []],
  ['constructor', []],
  ['unknown', []],
])('the claim %s has the values %j', (claim, expected) => {
  expect(claimValues(caller, claim)).toEqual(expected);
});

test('a claim that the caller does not have has no value', () => {
  const without: Caller = { ...caller, claims: { ...caller.claims, tid: undefined, appid: undefined } };

  expect([claimValues(without, 'tid'), claimValues(without, 'azp')]).toEqual([[], []]);
});

test.each(['tid', 'roles', 'department'])('a caller without a name has no %s', (claim) => {
  expect(claimValues({ kind: 'nameless', id: 'key' }, claim)).toEqual([]);
});

test.each(['tid', 'oid', 'appid', 'azp', 'groups'])('case is ignored in %s, for ASCII letters only', (claim) => {
  expect([isSameValue(claim, 'aBcZ', 'AbCz'), isSameValue(claim, 'a', 'b'), isSameValue(claim, '\u212A', 'k')]).toEqual(
    [true, false, false],
  );
});

test.each(['roles', 'scp', 'sub', 'upn', 'department'])('case counts in %s', (claim) => {
  expect([isSameValue(claim, 'Sales', 'Sales'), isSameValue(claim, 'Sales', 'sales')]).toEqual([true, false]);
});
