import { authenticate, namelessCaller, type Verifiers } from '../../src/callers/authenticate.ts';
import type { IdentifiedCaller } from '../../src/callers/caller.ts';
import type { CallerMode } from '../../src/config/caller-settings.ts';
import { failureOf } from '../support/failure-of.ts';

/** A caller whose id contains its verifier and the input of the verifier. */
const caller = (via: IdentifiedCaller['via'], credential: string): IdentifiedCaller => ({
  kind: 'identified',
  via,
  id: `${via}: ${credential}`,
  bearerToken: undefined,
  namedClaims: new Map(),
  claims: {
    tid: undefined,
    oid: undefined,
    appid: undefined,
    roles: [],
    scp: [],
    groups: [],
    hasGroupOverage: false,
    upn: undefined,
    preferred_username: undefined,
    email: undefined,
    sub: undefined,
  },
});

const AUTHORIZATION_URI = 'https://login.example/authorize';
const VERIFIERS: Verifiers = {
  entra: (token) => Promise.resolve(caller('entra', token)),
  oidc: (token) => Promise.resolve(caller('oidc', token)),
  easyAuth: (principal) => caller('easyauth', principal),
  authorizationUri: AUTHORIZATION_URI,
};

const ask = (modes: readonly CallerMode[], headers: Record<string, string> = {}, verifiers = VERIFIERS) =>
  authenticate(new Headers(headers), modes, verifiers);
const identify = async (...question: Parameters<typeof ask>): Promise<string> => (await ask(...question)).id;

const BEARER = { authorization: 'Bearer a.b.c' };
const PRINCIPAL = { 'x-ms-client-principal': 'cHJpbmNpcGFs' };
test.each<[mode: CallerMode, expected: unknown]>([
  ['none', { kind: 'nameless', id: 'anonymous' }],
  ['key', { kind: 'nameless', id: 'key' }],
  ['entra', undefined],
])('with CALLER_AUTH=%s the caller without a credential is %j', (mode, expected) => {
  expect(namelessCaller([mode])).toEqual(expected);
});

test.each<[name: string, modes: readonly CallerMode[], headers: Record<string, string>, expected: string]>([
  ['a bearer token with entra', ['entra'], BEARER, 'entra: a.b.c'],
  ['a bearer token with oidc', ['oidc'], BEARER, 'oidc: a.b.c'],
  ['a principal with easyauth', ['easyauth'], PRINCIPAL, 'easyauth: cHJpbmNpcGFs'],
  ['a bearer token with entra and easyauth', ['entra', 'easyauth'], BEARER, 'entra: a.b.c'],
  ['a principal with entra and easyauth', ['entra', 'easyauth'], PRINCIPAL, 'easyauth: cHJpbmNpcGFs'],
  [
    'a bearer token beside a principal, with entra and easyauth',
    ['entra', 'easyauth'],
    { ...BEARER, ...PRINCIPAL },
    'entra: a.b.c',
  ],
  [
    'a principal beside a bearer token, with only easyauth',
    ['easyauth'],
    { ...BEARER, ...PRINCIPAL },
    'easyauth: cHJpbmNpcGFs',
  ],
])('%s identifies the caller', async (_, modes, headers, expected) => {
  expect(await identify(modes, headers)).toBe(expected);
});

test.each([
  ['in another case', 'bEARER a.b.c', 'a.b.c'],
  ['with several spaces', 'Bearer   a.b.c  ', 'a.b.c'],
  ['with every character that RFC 6750 allows', 'Bearer aZ09-._~+/==', 'aZ09-._~+/=='],
])('a bearer token is read %s', async (_, authorization, token) => {
  expect(await identify(['entra'], { authorization })).toBe(`entra: ${token}`);
});

const NO_TOKEN = {
  code: 'unauthorized',
  message: 'The Authorization header has no bearer token.',
  reason: 'form',
  takesBearer: true,
  authorizationUri: AUTHORIZATION_URI,
  hint: 'Send an access token for this API: Authorization: Bearer ACCESS_TOKEN',
};

test.each([
  ['another scheme', 'Basic dXNlcjpwYXNzd29yZA=='],
  ['a scheme that ends with Bearer', 'NotBearer a.b.c'],
  ['only Bearer', 'Bearer'],
  ['Bearer with only spaces after it', 'Bearer   '],
  ['Bearer without a space', 'Bearera.b.c'],
  ['no text', ''],
])(
  'the answer to an Authorization header with %s says how to authenticate, without an error',
  async (_, authorization) => {
    expect(await failureOf(() => ask(['entra'], { authorization }))).toEqual(NO_TOKEN);
  },
);

test.each([
  ['two words', 'Bearer a.b.c d'],
  ['characters that no token has', 'Bearer a,b'],
  ['an equals sign in the middle', 'Bearer a=b'],
  ['only equals signs', 'Bearer =='],
  ['two words after several spaces', 'bearer  a.b.c d'],
])('a bearer token with %s is invalid', async (_, authorization) => {
  expect(await failureOf(() => ask(['entra'], { authorization }))).toEqual({ ...NO_TOKEN, challenge: 'invalid_token' });
});

test('an invalid bearer token is refused although a principal would identify the caller', async () => {
  const headers = { authorization: 'Bearer a b', ...PRINCIPAL };
  expect(await failureOf(() => ask(['entra', 'easyauth'], headers))).toMatchObject({ challenge: 'invalid_token' });
});

test.each<[name: string, modes: readonly CallerMode[], headers: Record<string, string>]>([
  ['no credential, with entra', ['entra'], {}],
  ['no credential, with oidc', ['oidc'], {}],
  ['no credential, with entra and easyauth', ['entra', 'easyauth'], {}],
  ['a principal, with only entra', ['entra'], PRINCIPAL],
])(
  'the answer to a caller with %s says that a bearer token is expected, and where it is issued',
  async (_, modes, headers) => {
    expect(await failureOf(() => ask(modes, headers))).toEqual({
      code: 'unauthorized',
      message: 'The request has no caller credential.',
      reason: 'none',
      takesBearer: true,
      authorizationUri: AUTHORIZATION_URI,
      hint: 'Send an access token for this API: Authorization: Bearer ACCESS_TOKEN',
    });
  },
);

const SIGN_IN = {
  code: 'unauthorized',
  message: 'The request has no caller credential.',
  reason: 'none',
  takesBearer: false,
  hint: 'Sign in through App Service Authentication: /.auth/login/aad.',
};

test.each<[name: string, modes: readonly CallerMode[], headers: Record<string, string>]>([
  ['no credential, with easyauth', ['easyauth'], {}],
  ['a bearer token, with only easyauth', ['easyauth'], BEARER],
  ['a credential of each kind, without a mode', [], { ...BEARER, ...PRINCIPAL }],
])('the answer to a caller with %s says where to sign in', async (_, modes, headers) => {
  expect(await failureOf(() => ask(modes, headers))).toEqual(SIGN_IN);
});

test('an unverified principal is not accepted', async () => {
  expect(await failureOf(() => ask(['easyauth'], PRINCIPAL, {}))).toEqual(SIGN_IN);
});
