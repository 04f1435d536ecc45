import { readEasyAuthPrincipal } from '../../src/callers/read-easy-auth.ts';
import { failureOf } from '../support/failure-of.ts';
import { the } from '../support/the.ts';

const OID = '0a0b0c0d-1111-4222-8333-444455556666';

type Claim = readonly [typ: string, val: unknown];

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const principal = (claims: readonly Claim[], auth_typ = 'aad'): string =>
  encode({ auth_typ, claims: claims.map(([typ, val]) => ({ typ, val })), name_typ: 'name', role_typ: 'roles' });
const read = (header: string) => readEasyAuthPrincipal(header, the.tenantId);

const IDS: readonly Claim[] = [
  ['tid', the.tenantId],
  ['oid', OID],
];
const claimsOf = (...claims: readonly Claim[]) => read(principal([...IDS, ...claims])).claims;

test('a principal becomes a caller with the claims that grants may name, and without a bearer token', () => {
  const claims: readonly Claim[] = [
    ['appid', 'app'],
    ['roles', 'Token.Get'],
    ['roles', 'Report.Author'],
    ['roles', 'Other'],
    ['groups', 'g-1'],
    ['groups', 'g-2'],
    ['scp', 'access_as_user'],
    ['upn', 'ada@contoso.example'],
    ['preferred_username', 'ada'],
    ['email', 'ada@mail.example'],
    ['sub', 'pairwise'],
  ];

  expect(read(principal([...IDS, ...claims]))).toEqual({
    kind: 'identified',
    via: 'easyauth',
    id: `${the.tenantId}/${OID}`,
    bearerToken: undefined,
    claims: {
      tid: the.tenantId,
      oid: OID,
      appid: 'app',
      roles: ['Token.Get', 'Report.Author', 'Other'],
      scp: ['access_as_user'],
      groups: ['g-1', 'g-2'],
      hasGroupOverage: false,
      upn: 'ada@contoso.example',
      preferred_username: 'ada',
      email: 'ada@mail.example',
      sub: 'pairwise',
    },
    namedClaims: new Map(),
  });
});

test('the long claim names of App Service are recognised', () => {
  const header = principal([
    ['http://schemas.microsoft.com/identity/claims/tenantid', the.tenantId],
    ['http://schemas.microsoft.com/identity/claims/objectidentifier', OID],
    ['http://schemas.microsoft.com/identity/claims/scope', 'access_as_user'],
    ['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'Reader'],
    ['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'Writer'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', 'ada@contoso.example'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress', 'ada@mail.example'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier', 'pairwise'],
  ]);

  expect(read(header)).toMatchObject({
    id: `${the.tenantId}/${OID}`,
    claims: {
      scp: ['access_as_user'],
      roles: ['Reader', 'Writer'],
      upn: 'ada@contoso.example',
      email: 'ada@mail.example',
      sub: 'pairwise',
    },
  });
});

test('a claim with a single value is the first one', () => {
  expect(claimsOf(['oid', 'another'], ['upn', 'first'], ['upn', 'second'])).toMatchObject({ oid: OID, upn: 'first' });
});

test.each<[string, unknown]>([
  ['a number', 1],
  ['null', null],
  ['a list', ['Token.Get']],
])('a claim whose value is %s is skipped', (_, val) => {
  expect(claimsOf(['roles', val], ['upn', val], ['roles', 'Reader'], ['upn', 'ada'])).toMatchObject({
    roles: ['Reader'],
    upn: 'ada',
  });
});

test('a claim with the name of a member of Object.prototype is an ordinary claim', () => {
  expect(claimsOf(['constructor', 'x'], ['toString', 'y'], ['upn', 'ada'])).toMatchObject({ oid: OID, upn: 'ada' });
});

const NO_FORM = 'it cannot be read';
test.each<[name: string, header: string, what: string, reason: string]>([
  ['that is empty', '', NO_FORM, 'form'],
  ['that is not base64', '%%%', NO_FORM, 'form'],
  ['that is not JSON', encode('tid=1'), NO_FORM, 'form'],
  ['that is a list', encode([]), NO_FORM, 'form'],
  ['without auth_typ', encode({ claims: [] }), NO_FORM, 'form'],
  ['without claims', encode({ auth_typ: 'aad' }), NO_FORM, 'form'],
  ['whose claims are an object', encode({ auth_typ: 'aad', claims: { tid: the.tenantId } }), NO_FORM, 'form'],
  ['with a claim without a name', encode({ auth_typ: 'aad', claims: [{ val: 'x' }] }), NO_FORM, 'form'],
  ['with a claim without a value', encode({ auth_typ: 'aad', claims: [{ typ: 'x' }] }), NO_FORM, 'form'],
  [
    'of Azure Static Web Apps',
    encode({ identityProvider: 'aad', userId: 'd75b260a64504067', userDetails: 'ada', userRoles: ['anonymous'] }),
    'its format is that of Azure Static Web Apps, which has no tenant id and no object id',
    'form',
  ],
  ['of another identity provider', principal(IDS, 'google'), 'it is not from Microsoft Entra', 'auth_typ'],
  ['without a tenant', principal([['oid', OID]]), 'it names no tenant or object id', 'tid, oid'],
  ['without an object id', principal([['tid', the.tenantId]]), 'it names no tenant or object id', 'tid, oid'],
  [
    'of another tenant',
    principal([
      ['tid', the.clientId],
      ['oid', OID],
    ]),
    'it is from another tenant',
    'tid',
  ],
])('a principal %s is unauthorized', async (_, header, what, reason) => {
  expect(await failureOf(() => read(header))).toEqual({
    code: 'unauthorized',
    message: `The sign-in that App Service Authentication reports is not accepted: ${what}.`,
    reason,
    takesBearer: false,
    hint: 'Sign in with an account of the tenant CALLER_TENANT_ID through Microsoft Entra (Portal: Settings > Authentication).',
  });
});
