import { judgeTokenAnswer } from '../../src/issuers/judge-token-answer.ts';
import { failureOf } from '../support/failure-of.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const judge = (body: unknown): ReturnType<typeof judgeTokenAnswer> =>
  judgeTokenAnswer(some.tokenAnswer(body), some.tokenRequest());

const lifetimeMsOf = async (members: Readonly<Record<string, unknown>>): Promise<number> =>
  (await judge(some.tokenResponse(members))).accessToken.lifetimeMs;

/** The whole error for an answer that breaks the protocol. */
const breach = (what: string) => ({
  code: 'issuer_rejected',
  message: `The token issuer returned ${what} (RFC 6749 section 5.1).`,
  upstream: { service: 'issuer', status: 200 },
  hint: 'Check that the token endpoint of the profile is that of an OAuth 2.0 issuer. If it is, the issuer has a defect.',
});
const EXPIRED = breach('a token that has already expired ("expires_in" is zero or negative)');

test("Entra's answer becomes a token whose lifetime counts from the request", async () => {
  expect(await judge(some.tokenResponse())).toEqual({
    accessToken: some.accessToken({ lifetimeMs: 3_599_000 }),
    refreshToken: undefined,
    idToken: undefined,
  });
});

test("an answer of Entra's v1 endpoint, with every number as text, gives the same token", async () => {
  const { accessToken } = await judge({
    token_type: 'Bearer',
    expires_in: '3599',
    ext_expires_in: '3599',
    expires_on: '1800003599',
    not_before: '1799999700',
    resource: 'https://analysis.windows.net/powerbi/api',
    access_token: 'opaque-token',
  });
  expect(accessToken).toEqual(some.accessToken({ lifetimeMs: 3_599_000 }));
});

test('a refresh token is passed on to the grant types that use one', async () => {
  expect((await judge(some.tokenResponse({ refresh_token: 'again' }))).refreshToken).toBe('again');
});

test('the scope in the answer is the requested one, whatever the issuer says it granted', async () => {
  expect((await judge(some.tokenResponse({ scope: 'a b' }))).accessToken.scope).toBe(the.scope);
});

test.each([
  ['a number', 3599, 3_599_000],
  ['a text', '3599', 3_599_000],
  ['a text with blanks', ' 3599 ', 3_599_000],
  ['a fraction', 3599.9, 3_599_000],
  ['a fraction in a text', '3599.9', 3_599_000],
  ['one second', 1, 1000],
  ['a day', 86_400, 86_400_000],
  ['more than a day', 86_401, 86_400_000],
  ['an absurd number', 1e15, 86_400_000],
  ['an absurd text', '9'.repeat(50), 86_400_000],
])('expires_in as %s is the lifetime', async (_, expires_in, expected) => {
  expect(await lifetimeMsOf({ expires_in })).toBe(expected);
});

const NO_NUMBERS: [string, unknown][] = [
  ['missing', undefined],
  ['null', null],
  ['empty', ''],
  ['a word', 'soon'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['beyond the largest number', '9'.repeat(400)],
  ['hexadecimal', '0xE0F'],
  ['with an exponent', '36e2'],
  ['in Arabic digits', '٣٥٩٩'],
  ['a boolean', true],
  ['a list', [3599]],
  ['an object', { seconds: 3599 }],
];

test.each(NO_NUMBERS)("with expires_in %s the token's own exp counts", async (_, expires_in) => {
  const access_token = some.jwt({ exp: the.startMs / 1000 + 1234 });
  expect(await lifetimeMsOf({ expires_in, access_token })).toBe(1_234_000);
});

test.each(NO_NUMBERS)('with expires_in %s and an opaque token the lifetime is five minutes', async (_, expires_in) => {
  expect(await lifetimeMsOf({ expires_in })).toBe(300_000);
});

test.each([
  ['no exp', {}],
  ['an exp that is not a number', { exp: 'tomorrow' }],
])('with %s in the token the lifetime is five minutes', async (_, claims) => {
  expect(await lifetimeMsOf({ expires_in: undefined, access_token: some.jwt(claims) })).toBe(300_000);
});

test('no token lives for more than a day, even by its own exp', async () => {
  const access_token = some.jwt({ exp: 99_999_999_999 });
  expect(await lifetimeMsOf({ expires_in: undefined, access_token })).toBe(86_400_000);
});

test('expires_in takes precedence over exp', async () => {
  expect(await lifetimeMsOf({ expires_in: 60, access_token: some.jwt({ exp: 1 }) })).toBe(60_000);
});

test.each([0, -0, -1, '0', '-1', '-3599', 0.5, '0.999', -1e15])(
  'a token that expires at once (expires_in %j) breaks the protocol',
  async (expires_in) => {
    expect(await failureOf(() => judge(some.tokenResponse({ expires_in })))).toEqual(EXPIRED);
  },
);

test('a token that expired before the request, by its own exp, breaks the protocol', async () => {
  const access_token = some.jwt({ exp: the.startMs / 1000 });
  expect(await failureOf(() => judge(some.tokenResponse({ expires_in: undefined, access_token })))).toEqual(EXPIRED);
});

test.each([
  ['a number', 1800, 1_800_000],
  ['a text', '1800', 1_800_000],
  ['zero', 0, 2_879_200],
  ['negative', -1, 2_879_200],
  ['no number', 'soon', 2_879_200],
  ['the whole lifetime', 3599, 2_879_200],
  ['more than the lifetime', 7200, 2_879_200],
])('refresh_in as %s is the time of the next refresh', async (_, refresh_in, expected) => {
  expect((await judge(some.tokenResponse({ refresh_in }))).accessToken.refreshAfterMs).toBe(expected);
});

test.each([
  ['no access_token', { access_token: undefined }, 'a token response without "access_token"'],
  ['a null access_token', { access_token: null }, 'a token response without "access_token"'],
  ['an empty access_token', { access_token: '' }, 'a token response without "access_token"'],
  ['an access_token that is not text', { access_token: 7 }, 'a token response without "access_token"'],
  ['no token_type', { token_type: undefined }, 'a token response whose "token_type" is not Bearer'],
  ['a token_type that is not text', { token_type: {} }, 'a token response whose "token_type" is not Bearer'],
  ['another token_type', { token_type: 'BearerToken' }, 'a token response whose "token_type" is not Bearer'],
  ['a token bound to a key', { token_type: 'DPoP' }, 'a token response whose "token_type" is not Bearer'],
])('%s breaks the protocol, and the message names the member', async (_, members, what) => {
  expect(await failureOf(() => judge(some.tokenResponse(members)))).toEqual(breach(what));
});

test.each([
  ['scope as a list', { scope: ['a', 'b'] }],
  ['a null scope', { scope: null }],
  ['id_token: null', { id_token: null }],
  ['an id_token that is not a JWT', { id_token: 'not a JWT' }],
  ['refresh_token: null', { refresh_token: null }],
  ['an empty refresh_token', { refresh_token: '' }],
  ['a null error', { error: null }],
  ['an empty error', { error: '' }],
  ['an error', { error: 'server_error' }],
  ['token_type in lower case', { token_type: 'bearer' }],
  ['unknown members', { mfa: true, nested: { access_token: 7 } }],
])('%s does not invalidate the token', async (_, members) => {
  expect(await judge(some.tokenResponse(members))).toEqual({
    accessToken: some.accessToken({ lifetimeMs: 3_599_000 }),
    refreshToken: undefined,
    idToken: undefined,
  });
});

test.each([201, 202, 203])('a token with HTTP %d is accepted', async (status) => {
  const answer = some.tokenAnswer(some.tokenResponse(), { status });
  expect((await judgeTokenAnswer(answer, some.tokenRequest())).accessToken.value).toBe('opaque-token');
});

test.each([
  ['invalid_client of an issuer that is not Entra', { error: 'invalid_client' }, 'secret_rejected', 'invalid_client'],
  ['an error of Entra', some.entraRefusal(7000222), 'secret_expired', 'AADSTS7000222'],
  ['server_error', { error: 'server_error' }, 'upstream_unavailable', 'server_error'],
])('a 200 with an error member is that refusal: %s', async (_, body, code, upstreamCode) => {
  await expect(judge(body)).rejects.toMatchObject({ code, upstream: { status: 200, code: upstreamCode } });
});

test.each([
  ['HTML', '<!DOCTYPE html><html><body>Sign in to the Wi-Fi</body></html>'],
  ['truncated JSON', '{"token_type":"Bearer","access_token":"eyJ'],
  ['nothing', ''],
])('a 200 with %s is an outage of the issuer', async (_, text) => {
  await expect(judge(text)).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer returned an answer that cannot be read.',
    upstream: { service: 'issuer', status: 200 },
  });
});

test.each([
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '42'],
  ['a text', '"token"'],
])('a 200 with %s breaks the protocol', async (_, text) => {
  expect(await failureOf(() => judge(text))).toEqual(breach('JSON that is not an object'));
});

describe('the ID token of a sign-in', () => {
  const claims = {
    iss: the.issuer,
    aud: the.clientId,
    sub: 'ada',
    iat: the.startMs / 1000,
    exp: the.startMs / 1000 + 3600,
  };
  const judgeSignIn = (id_token: unknown, clientId: string = the.clientId) =>
    judgeTokenAnswer(
      some.tokenAnswer(some.tokenResponse({ id_token })),
      some.tokenRequest({ grantType: 'authorization_code', clientId }),
    );
  const DAY_SECONDS = 86_400;

  test.each([
    ['now', {}],
    ['in the past', { iat: claims.iat - DAY_SECONDS, exp: claims.exp - DAY_SECONDS }],
    ['in the future', { iat: claims.iat + DAY_SECONDS, nbf: claims.iat + DAY_SECONDS }],
  ])('is passed on if issuer and audience are right; the sign-in checks its times: valid %s', async (_, times) => {
    const idToken = some.jwt({ ...claims, ...times });
    expect((await judgeSignIn(idToken)).idToken).toBe(idToken);
  });

  test('may be missing or null', async () => {
    expect([(await judgeSignIn(undefined)).idToken, (await judgeSignIn(null)).idToken]).toEqual([undefined, undefined]);
  });

  test.each<[name: string, idToken: string, named: string]>([
    ['of another issuer', some.jwt({ ...claims, iss: 'https://other.example' }), ' (iss)'],
    ['of another audience', some.jwt({ ...claims, aud: 'another' }), ' (aud)'],
    ['that is not a JWT', 'not a JWT', ''],
    ['that is encrypted', 'a.b.c.d.e', ''],
  ])('%s is refused, and the message names the claim', async (_, idToken, named) => {
    expect(await failureOf(() => judgeSignIn(idToken))).toEqual(breach(`an "id_token" that does not match${named}`));
  });

  test('does not hide a defect of this program as an error of the issuer', async () => {
    await expect(judgeSignIn(some.jwt(claims), '')).rejects.toBeInstanceOf(TypeError);
  });
});

test('members with the names of Object.prototype are ordinary members', async () => {
  const text = JSON.stringify(some.tokenResponse()).replace('{', '{"__proto__":{"expires_in":1},"constructor":1,');
  expect((await judge(text)).accessToken.lifetimeMs).toBe(3_599_000);
});
