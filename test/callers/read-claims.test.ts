import type { CallerClaims, IdentifiedCaller } from '../../src/callers/caller.ts';
import { isAppOnly } from '../../src/callers/caller.ts';
import { readEntraCaller, readOidcCaller } from '../../src/callers/read-claims.ts';
import { the } from '../support/the.ts';

const OID = '0a0b0c0d-1111-4222-8333-444455556666';
const APP_ID = 'a1b2c3d4-5555-4666-8777-888899990000';

const NOTHING: CallerClaims = {
  tid: the.tenantId,
  oid: OID,
  appid: undefined,
  roles: [],
  scp: [],
  groups: [],
  hasGroupOverage: false,
  upn: undefined,
  preferred_username: undefined,
  email: undefined,
  sub: undefined,
};

const entra = (claims: Readonly<Record<string, unknown>> = {}): IdentifiedCaller | undefined =>
  readEntraCaller({ tid: the.tenantId, oid: OID, ...claims }, { via: 'entra', bearerToken: 'a.b.c' });
const oidc = (claims: Readonly<Record<string, unknown>> = {}): IdentifiedCaller | undefined =>
  readOidcCaller({ iss: 'https://issuer.example', sub: 'Ada', ...claims }, 'a.b.c');

describe('a caller of Entra', () => {
  test('with only a tenant and an object id has only these claims', () => {
    expect(entra()).toEqual({
      kind: 'identified',
      via: 'entra',
      id: `${the.tenantId}/${OID}`,
      bearerToken: 'a.b.c',
      claims: NOTHING,
      namedClaims: new Map(),
    });
  });

  test('keeps every claim that grants may name', () => {
    const claims = {
      appid: APP_ID,
      roles: ['Token.Get', 'Report.Author'],
      scp: 'access_as_user other',
      groups: ['g-1', 'g-2'],
      upn: 'ada@contoso.example',
      preferred_username: 'ada',
      email: 'ada@mail.example',
      sub: 'pairwise',
    };

    expect(entra({ ...claims, other: 'ignored' })).toMatchObject({
      claims: { ...NOTHING, ...claims, scp: ['access_as_user', 'other'] },
      namedClaims: new Map(),
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['no tenant', { tid: undefined }],
    ['an empty tenant', { tid: '' }],
    ['a tenant that is a number', { tid: 1 }],
    ['no object id', { oid: undefined }],
    ['an empty object id', { oid: '' }],
    ['an object id that is a list', { oid: [OID] }],
  ])('with %s is not a caller', (_, claims) => {
    expect(entra(claims)).toBeUndefined();
  });

  test('has ids in lower case, whatever case the token uses', () => {
    const tid = 'abcdefab-2222-4333-8444-555555555555';
    const caller = entra({ tid: tid.toUpperCase(), oid: OID.toUpperCase(), appid: APP_ID.toUpperCase() });

    expect(caller).toMatchObject({ id: `${tid}/${OID}`, claims: { tid, oid: OID, appid: APP_ID } });
  });

  test.each([
    ['appid of a v1 token', { appid: 'one' }, 'one'],
    ['azp of a v2 token', { azp: 'two' }, 'two'],
    ['appid before azp', { appid: 'one', azp: 'two' }, 'one'],
    ['azp if appid is empty', { appid: '', azp: 'two' }, 'two'],
    ['nothing if there is only client_id, which Entra does not issue', { client_id: 'three' }, undefined],
  ])('takes its application from %s', (_, claims, appid) => {
    expect(entra(claims)?.claims.appid).toBe(appid);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['a list', ['a', 'b'], ['a', 'b']],
    ['one text', 'a', ['a']],
    ['a list with values that are not text', ['a', 1, null, ['b'], { c: 'd' }], ['a']],
    ['an object', { a: 'b' }, []],
    ['nothing', undefined, []],
    ['null', null, []],
  ])('takes roles and groups from %s', (_, value, expected) => {
    const claims = entra({ roles: value, groups: value })?.claims;

    expect([claims?.roles, claims?.groups]).toEqual([expected, expected]);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['words', 'a b', ['a', 'b']],
    ['words with blanks around', ' a  b ', ['a', 'b']],
    ['an empty text', '', []],
    ['a number', 1, []],
  ])('takes scopes from %s', (_, scp, expected) => {
    expect(entra({ scp })?.claims.scp).toEqual(expected);
  });

  test('takes no scopes from the claim scope, which Entra does not issue', () => {
    expect(entra({ scope: 'access_as_user' })?.claims.scp).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ['_claim_names with groups', { _claim_names: { groups: 'src1' } }, true],
    ['_claim_names as text', { _claim_names: '{"groups":"src1"}' }, true],
    ['_claim_names with something else', { _claim_names: { roles: 'src1' } }, false],
    ['_claim_names as text that is not JSON', { _claim_names: 'groups' }, false],
    ['hasgroups', { hasgroups: true }, true],
    ['hasgroups as text', { hasgroups: 'true' }, true],
    ['hasgroups that is false', { hasgroups: false }, false],
    ['neither', {}, false],
  ])('with %s: group overage is known', (_, claims, expected) => {
    expect(entra(claims)?.claims.hasGroupOverage).toBe(expected);
  });

  test.each(['upn', 'preferred_username', 'email', 'sub'] as const)('has a %s only if it is text', (name) => {
    expect([entra({ [name]: 'x' }), entra({ [name]: '' }), entra({ [name]: 1 })].map((c) => c?.claims[name])).toEqual([
      'x',
      undefined,
      undefined,
    ]);
  });
});

describe('a caller of another OpenID provider', () => {
  test('is identified by its issuer and its subject, unchanged', () => {
    expect(oidc()).toMatchObject({
      kind: 'identified',
      via: 'oidc',
      id: 'https://issuer.example#Ada',
      bearerToken: 'a.b.c',
    });
  });

  test.each([undefined, '', 1])('with the subject %j is not a caller', (sub) => {
    expect(oidc({ sub })).toBeUndefined();
  });

  test.each([undefined, '', 1])('with the issuer %j is not a caller', (iss) => {
    expect(oidc({ iss })).toBeUndefined();
  });

  test('has a tenant or an object id only if the token names it', () => {
    const [without, named] = [oidc(), oidc({ tid: 'T', oid: 'O' })];

    expect([without?.claims.tid, without?.claims.oid, named?.claims.tid, named?.claims.oid]).toEqual([
      undefined,
      undefined,
      'T',
      'O',
    ]);
  });

  test.each([
    ['appid', { appid: 'one', azp: 'two', client_id: 'three' }, 'one'],
    ['azp', { azp: 'Two', client_id: 'three' }, 'Two'],
    ['client_id (RFC 9068)', { client_id: 'Three' }, 'Three'],
  ])('takes its application from the claim %s', (_, claims, appid) => {
    expect(oidc(claims)?.claims.appid).toBe(appid);
  });

  test.each([
    ['scope (RFC 9068)', { scope: 'a b' }, ['a', 'b']],
    ['scp as a list', { scp: ['a', 'b c'] }, ['a', 'b', 'c']],
    ['both', { scp: 'a', scope: 'b' }, ['a', 'b']],
  ])('takes scopes from %s', (_, claims, expected) => {
    expect(oidc(claims)?.claims.scp).toEqual(expected);
  });

  test('has every claim by its name, as text', () => {
    const claims = {
      org: 'contoso',
      level: 3,
      verified: true,
      tags: ['a', 7, false, null, {}],
      nested: { a: 1 },
      no: null,
    };

    expect(oidc(claims)?.namedClaims).toEqual(
      new Map([
        ['iss', ['https://issuer.example']],
        ['sub', ['Ada']],
        ['org', ['contoso']],
        ['level', ['3']],
        ['verified', ['true']],
        ['tags', ['a', '7', 'false']],
        ['nested', []],
        ['no', []],
      ]),
    );
  });

  test('has no claim with the name of a member of Object.prototype', () => {
    expect([oidc()?.namedClaims.get('__proto__'), oidc()?.namedClaims.get('constructor')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('an application acts as itself', () => {
  const easyAuth = (claims: Readonly<Record<string, unknown>>): IdentifiedCaller | undefined =>
    readEntraCaller({ tid: the.tenantId, oid: OID, ...claims }, { via: 'easyauth', bearerToken: undefined });

  test.each<[string, () => IdentifiedCaller | undefined, boolean]>([
    ['in a token without scopes', () => entra({ appid: APP_ID }), true],
    ['in a token without scopes that names no application', () => entra({ sub: 'pairwise' }), true],
    ['not in a token with scopes', () => entra({ appid: APP_ID, scp: 'access_as_user' }), false],
    ['in a principal that names the application', () => easyAuth({ appid: APP_ID, sub: 'pairwise' }), true],
    ['in a principal whose subject is the object id', () => easyAuth({ sub: OID.toUpperCase() }), true],
    ['not in a principal of an ID token', () => easyAuth({ sub: 'pairwise' }), false],
    ['not in a principal without a subject', () => easyAuth({}), false],
    ['never in a token of another provider', () => oidc(), false],
  ])('%s', (_, read, expected) => {
    const caller = read();
    expect(caller === undefined ? undefined : isAppOnly(caller)).toBe(expected);
  });
});
