import { judgeTokenAnswer } from '../../src/issuers/judge-token-answer.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const judge = (body: unknown): ReturnType<typeof judgeTokenAnswer> =>
  judgeTokenAnswer(some.tokenAnswer(body), some.tokenRequest());

const lifetimeMsOf = async (members: Readonly<Record<string, unknown>>): Promise<number> =>
  (await judge(some.tokenResponse(members))).accessToken.lifetimeMs;

const EXPIRED = {
  code: 'issuer_rejected',
  message: 'The token issuer gave a token that has already expired (expires_in is zero or negative).',
  upstream: { service: 'issuer', status: 200 },
};
const NO_TOKEN_RESPONSE = {
  code: 'issuer_rejected',
  message: 'The token issuer gave an answer that is no token response (RFC 6749 section 5.1).',
};

test('an answer as Entra gives it becomes a token that counts from when it was asked for', async () => {
  expect(await judge(some.tokenResponse())).toEqual({
    accessToken: some.accessToken({ lifetimeMs: 3_599_000 }),
    refreshToken: undefined,
    idToken: undefined,
  });
});

test('an answer as Entra gives it at its v1 endpoint, every number a text, is the same', async () => {
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

test('a refresh token is passed on to those grants that have one', async () => {
  expect((await judge(some.tokenResponse({ refresh_token: 'again' }))).refreshToken).toBe('again');
});

test('the scope told is the one asked for, whatever the issuer says it granted', async () => {
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

test.each(NO_NUMBERS)('with expires_in %s and an opaque token five minutes are assumed', async (_, expires_in) => {
  expect(await lifetimeMsOf({ expires_in })).toBe(300_000);
});

test.each([
  ['no exp', {}],
  ['an exp that is no number', { exp: 'tomorrow' }],
])('with %s in the token five minutes are assumed', async (_, claims) => {
  expect(await lifetimeMsOf({ expires_in: undefined, access_token: some.jwt(claims) })).toBe(300_000);
});

test("nothing lives for more than a day, by the token's own exp neither", async () => {
  const access_token = some.jwt({ exp: 99_999_999_999 });
  expect(await lifetimeMsOf({ expires_in: undefined, access_token })).toBe(86_400_000);
});

test('expires_in counts before exp', async () => {
  expect(await lifetimeMsOf({ expires_in: 60, access_token: some.jwt({ exp: 1 }) })).toBe(60_000);
});

test.each([0, -0, -1, '0', '-1', '-3599', 0.5, '0.999', -1e15])(
  'a token that ends at once (expires_in %j) is a breach of the protocol',
  async (expires_in) => {
    await expect(judge(some.tokenResponse({ expires_in }))).rejects.toMatchObject(EXPIRED);
  },
);

test('a token that ended before it was asked for, by its own exp, is a breach of the protocol', async () => {
  const access_token = some.jwt({ exp: the.startMs / 1000 });
  await expect(judge(some.tokenResponse({ expires_in: undefined, access_token }))).rejects.toMatchObject(EXPIRED);
});

test.each([
  ['a number', 1800, 1_800_000],
  ['a text', '1800', 1_800_000],
  ['zero', 0, 2_879_200],
  ['negative', -1, 2_879_200],
  ['no number', 'soon', 2_879_200],
  ['the whole lifetime', 3599, 2_879_200],
  ['more than the lifetime', 7200, 2_879_200],
])('refresh_in as %s says when to come for the next', async (_, refresh_in, expected) => {
  expect((await judge(some.tokenResponse({ refresh_in }))).accessToken.refreshAfterMs).toBe(expected);
});

test.each([
  ['no access_token', { access_token: undefined }],
  ['an empty access_token', { access_token: '' }],
  ['an access_token that is no text', { access_token: 7 }],
  ['no token_type', { token_type: undefined }],
  ['a token_type that is no text', { token_type: {} }],
  ['a token bound to a key that no caller has', { token_type: 'DPoP' }],
  ['an error beside a 200', { access_token: undefined, error: 'invalid_client' }],
])('%s is a breach of the protocol', async (_, members) => {
  await expect(judge(some.tokenResponse(members))).rejects.toMatchObject(NO_TOKEN_RESPONSE);
});

test.each([
  ['HTML', '<!DOCTYPE html><html><body>Sign in to the Wi-Fi</body></html>'],
  ['truncated JSON', '{"token_type":"Bearer","access_token":"eyJ'],
  ['nothing', ''],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"token"'],
])('%s in place of a token response is an issuer that is away', async (_, text) => {
  await expect(judge(text)).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer gave an answer that does not parse.',
    upstream: { service: 'issuer', status: 200 },
  });
});

test('members named after the prototype of objects are members like others', async () => {
  const text = JSON.stringify(some.tokenResponse()).replace('{', '{"__proto__":{"expires_in":1},"constructor":1,');
  expect((await judge(text)).accessToken.lifetimeMs).toBe(3_599_000);
});
