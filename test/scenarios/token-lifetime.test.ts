import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.entra.responseOverride = undefined;
  scenario.entra.refreshInSeconds = undefined;
  scenario.entra.tokenLifetimeSeconds = 3600;
});

interface Lifetime {
  readonly name: string;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly expiresIn: number;
  readonly refreshIn: number;
}

const opaque = 'an-opaque-token-of-another-issuer';
const unreadable = { expires_in: 'soon' };
const none = { expires_in: undefined };

const LIFETIMES: readonly Lifetime[] = [
  { name: 'an expires_in that is a number', answer: { expires_in: 1000 }, expiresIn: 999, refreshIn: 799 },
  {
    name: 'an expires_in that is a string, as from the v1 endpoint',
    answer: { expires_in: '1000' },
    expiresIn: 999,
    refreshIn: 799,
  },
  { name: 'an expires_in that is a fraction', answer: { expires_in: 1000.9 }, expiresIn: 999, refreshIn: 799 },
  { name: "no expires_in, and the token's own exp", answer: none, expiresIn: 3599, refreshIn: 2879 },
  {
    name: "an expires_in that is a word, and the token's own exp",
    answer: unreadable,
    expiresIn: 3599,
    refreshIn: 2879,
  },
  {
    name: "an expires_in that is null, and the token's own exp",
    answer: { expires_in: null },
    expiresIn: 3599,
    refreshIn: 2879,
  },
  {
    name: 'no expires_in, and an opaque token',
    answer: { ...none, access_token: opaque },
    expiresIn: 299,
    refreshIn: 239,
  },
  {
    name: 'an expires_in that is a word, and an opaque token',
    answer: { ...unreadable, access_token: opaque },
    expiresIn: 299,
    refreshIn: 239,
  },
  { name: 'an expires_in of a year', answer: { expires_in: 31_536_000 }, expiresIn: 86_399, refreshIn: 69_119 },
  {
    name: 'an expires_in above the largest number',
    answer: { expires_in: '9'.repeat(400) },
    expiresIn: 3599,
    refreshIn: 2879,
  },
  { name: 'a refresh_in that is a string', answer: { refresh_in: '600' }, expiresIn: 3599, refreshIn: 599 },
  { name: 'a refresh_in of a century', answer: { refresh_in: 3_155_760_000 }, expiresIn: 3599, refreshIn: 2879 },
  { name: 'a refresh_in that is not a number', answer: { refresh_in: {} }, expiresIn: 3599, refreshIn: 2879 },
];

test.each(LIFETIMES)('the lifetime of an answer with $name', async ({ answer, expiresIn, refreshIn }) => {
  scenario.entra.responseOverride = answer;
  const { body } = await scenario.startApp().token();
  // exp is in whole seconds: a lifetime by exp can be one second less.
  expect([expiresIn, expiresIn - 1]).toContain(body['expires_in']);
  expect([refreshIn, refreshIn - 1]).toContain(body['refresh_in']);
});

test.each([0, -1, '-3600', 0.5])('an expires_in of %p breaks the protocol', async (expiresIn) => {
  scenario.entra.responseOverride = { expires_in: expiresIn };
  const { status, body } = await scenario.startApp().token();
  expect({ status, body }).toEqual({
    status: 502,
    body: {
      type: 'urn:powerbi-token-function:error:issuer_rejected',
      title: 'The token issuer rejected the request',
      status: 502,
      detail:
        'The token issuer returned a token that has already expired ("expires_in" is zero or negative) (RFC 6749 section 5.1).',
      code: 'issuer_rejected',
      hint: 'Check that the token endpoint of the profile is that of an OAuth 2.0 issuer. If it is, the issuer has a defect.',
      error: 'server_error',
      error_description:
        "The token issuer returned a token that has already expired ('expires_in' is zero or negative) (RFC 6749 section 5.1).",
      upstream: { service: 'issuer', status: 200 },
      request_id: expect.any(String),
    },
  });
});

test.each([
  ['no access_token', { access_token: undefined }, 'without "access_token"'],
  ['an empty access_token', { access_token: '' }, 'without "access_token"'],
  ['an access_token that is a number', { access_token: 12_345_678 }, 'without "access_token"'],
  ['no token_type', { token_type: undefined }, 'whose "token_type" is not Bearer'],
  ['a token_type that is not Bearer', { token_type: 'mac' }, 'whose "token_type" is not Bearer'],
])('an answer with %s breaks the protocol, and the message names the member', async (_, override, what) => {
  scenario.entra.responseOverride = override;
  const { status, body } = await scenario.startApp().token();
  expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
    status: 502,
    code: 'issuer_rejected',
    detail: `The token issuer returned a token response ${what} (RFC 6749 section 5.1).`,
  });
});

test('a lifetime counts from the request, however long the answer takes', async () => {
  scenario.entra.responseOverride = { expires_in: 1000 };
  scenario.entra.failWith(scenario.clock.slow(2_000), { times: 1 });
  const { token } = scenario.startApp();
  const beforeSeconds = Math.floor(scenario.clock.now().wallMs / 1000);
  const { body } = await token();
  expect([996, 997]).toContain(body['expires_in']);
  expect([1000, 1001]).toContain((body['expires_on'] as number) - beforeSeconds);
});

test('a token without a lifetime is cached for five minutes', async () => {
  scenario.entra.responseOverride = { ...none, access_token: opaque };
  const { token } = scenario.startApp();
  await token();
  scenario.clock.advance(299_500);
  scenario.entra.responseOverride = { ...none, access_token: 'the-opaque-token-after-it' };
  expect((await token()).body).toMatchObject({ access_token: 'the-opaque-token-after-it', expires_in: 299 });
  expect(scenario.entra.requests.length).toBe(2);
});
