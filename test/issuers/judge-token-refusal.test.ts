import { judgeSignInRefusal } from '../../src/issuers/judge-token-refusal.ts';
import { judgeTokenAnswer } from '../../src/issuers/judge-token-answer.ts';
import type { TokenRequest } from '../../src/issuers/token-request.ts';
import { failureOf } from '../support/failure-of.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

interface Refusal extends Partial<TokenRequest> {
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

const judge = (body: unknown, { status = 400, headers = {}, ...request }: Refusal = {}): Promise<unknown> =>
  judgeTokenAnswer(some.tokenAnswer(body, { status, headers }), some.tokenRequest(request));
const judgeForeign = (body: unknown, refusal: Refusal = {}): Promise<unknown> =>
  judge(body, { isEntra: false, ...refusal });

test("a refusal of Entra has its code, its meaning, a hint, and the ids for Microsoft's support", async () => {
  await expect(judge(some.entraRefusal(7000215), { status: 401 })).rejects.toMatchObject({
    code: 'secret_rejected',
    message: 'The token issuer refused (AADSTS7000215): the client secret is not one of the app registration.',
    hint: expect.stringContaining('Nothing needs to be restarted.') as string,
    upstream: {
      service: 'issuer',
      status: 401,
      code: 'AADSTS7000215',
      correlationId: the.correlationId,
      traceId: the.traceId,
    },
  });
});

test('a code without a row gets a hint with a link to Microsoft', async () => {
  await expect(judge(some.entraRefusal(999999))).rejects.toMatchObject({
    code: 'issuer_rejected',
    message: 'The token issuer refused (AADSTS999999): the request was refused.',
    hint: expect.stringContaining('https://login.microsoftonline.com/error') as string,
  });
});

test('without error_codes the code is read from the beginning of the description', async () => {
  await expect(judge(some.entraRefusal(7000222, { error_codes: undefined }))).rejects.toMatchObject({
    code: 'secret_expired',
    upstream: { code: 'AADSTS7000222' },
  });
});

test.each([
  ['no list', 7000215],
  ['an empty list', []],
  ['texts', ['7000215']],
  ['fractions', [7000215.5]],
  ['too long', [12345678901234]],
  ['negative', [-7000215]],
])('error_codes that are %s are ignored', async (_, error_codes) => {
  await expect(judge(some.entraRefusal(90002, { error_codes }))).rejects.toMatchObject({
    upstream: { code: 'AADSTS90002' },
  });
});

test('without a description the code is read from error_codes', async () => {
  await expect(judge(some.entraRefusal(7000222, { error_description: undefined }))).rejects.toMatchObject({
    code: 'secret_expired',
    upstream: { code: 'AADSTS7000222' },
  });
});

test.each([400, 401])('an error of Entra without a code has the same meaning with HTTP %d', async (status) => {
  const refused = (error?: string): Promise<unknown> => failureOf(() => judge({ error }, { status }));
  const upstream = { service: 'issuer', status };

  expect(await refused('access_denied')).toEqual({
    code: 'issuer_rejected',
    message: 'The token issuer refused (access_denied): its policy denies the request.',
    hint: 'Check in the issuer\'s console what this client may request: "scope", "audience", grant type, IP addresses.',
    upstream: { ...upstream, code: 'access_denied' },
  });
  expect(await refused()).toEqual({
    code: 'issuer_rejected',
    message: `The token issuer refused (HTTP ${status}): the request was refused.`,
    hint: expect.stringContaining('https://login.microsoftonline.com/error') as string,
    upstream,
  });
});

test('a code in the middle of a description is ignored', async () => {
  const body = some.entraRefusal(1, { error_codes: undefined, error_description: 'You sent AADSTS7000215' });
  await expect(judge(body)).rejects.toMatchObject({ code: 'secret_rejected', upstream: { code: 'invalid_client' } });
});

describe('an issuer that is not Entra', () => {
  test.each([
    ['invalid_client', 'secret_rejected', /does not accept this client/],
    ['invalid_grant', 'issuer_rejected', /password/],
    ['invalid_scope', 'issuer_rejected', /"scope"/],
    ['invalid_target', 'issuer_rejected', /"audience"/],
    ['unauthorized_client', 'issuer_rejected', /Allow this grant type/],
    ['access_denied', 'issuer_rejected', /issuer's console/],
    ['unsupported_grant_type', 'issuer_rejected', /tokenEndpoint/],
    ['invalid_request', 'issuer_rejected', /parameters/],
    ['use_dpop_nonce', 'issuer_rejected', /DPoP/],
    ['invalid_dpop_proof', 'issuer_rejected', /DPoP/],
    ['mfa_required', 'issuer_rejected', /client_credentials/],
    ['server_error', 'upstream_unavailable', /Retry-After/],
    ['temporarily_unavailable', 'upstream_unavailable', /Retry-After/],
    ['to_string', 'issuer_rejected', /issuer's own log/],
  ])('%s with HTTP 400 becomes %s, with its own hint', async (error, code, hint) => {
    await expect(judgeForeign({ error })).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(hint) as string,
      upstream: { service: 'issuer', status: 400, code: error },
    });
  });

  test.each([
    ['invalid_client', { error: 'invalid_client' }],
    ['unauthorized_client, as Keycloak calls it', { error: 'unauthorized_client' }],
    ['access_denied, as Auth0 calls it', { error: 'access_denied' }],
    ['its own codes, as Okta has', { errorCode: 'E0000011', errorSummary: 'Invalid token provided' }],
    ['invalid_grant, although only the client has a credential', { error: 'invalid_grant' }],
    ['an empty object', {}],
    ['an empty body', ''],
    ['HTML', '<html>'],
    ['null', 'null'],
  ])('a 401 with %s means that the credential was refused', async (_, body) => {
    await expect(judgeForeign(body, { status: 401 })).rejects.toMatchObject({
      code: 'secret_rejected',
      hint: expect.stringMatching(/clientId, the secret in Key Vault/) as string,
    });
  });

  test.each([
    ['HTML', '<html>'],
    ['nothing', ''],
    ['a list', '[]'],
  ])('an answer with %s other than a 401 is explained by its status', async (_, body) => {
    await expect(judgeForeign(body, { status: 404 })).rejects.toMatchObject({
      code: 'issuer_rejected',
      message: 'The token issuer refused (HTTP 404): this service has no such URL.',
    });
    await expect(judgeForeign(body, { status: 503 })).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: 'The token issuer is not available (HTTP 503).',
    });
  });

  test.each(['use_dpop_nonce', 'invalid_dpop_proof'])('a 401 with %s is not about the credential', async (error) => {
    await expect(judgeForeign({ error }, { status: 401 })).rejects.toMatchObject({ code: 'issuer_rejected' });
  });

  test.each([
    ['invalid_grant', { error: 'invalid_grant' }, 'issuer_rejected'],
    ['an empty body', '', 'issuer_rejected'],
    ['HTML', '<html>', 'issuer_rejected'],
    ['access_denied', { error: 'access_denied' }, 'issuer_rejected'],
    ['invalid_client', { error: 'invalid_client' }, 'secret_rejected'],
    ['unauthorized_client', { error: 'unauthorized_client' }, 'secret_rejected'],
  ])('a 401 to a password with %s may be about the password, unless it names the client', async (_, body, code) => {
    await expect(judgeForeign(body, { status: 401, grantType: 'password' })).rejects.toMatchObject({ code });
  });
});

test.each([
  ['a sentence', 'Your secret hunter2 is wrong'],
  ['with digits', 'hunter2'],
  ['no text', 7],
  ['missing', undefined],
  ['endless', 'a'.repeat(81)],
])('an error that is %s is not passed on', async (_, error) => {
  await expect(judge({ error })).rejects.toMatchObject({
    code: 'issuer_rejected',
    message: 'The token issuer refused (HTTP 400): the request was refused.',
    upstream: { service: 'issuer', status: 400, code: undefined },
  });
});

test.each([
  ['no ids at all', 'hunter2'],
  ['no texts', 7],
  ['too long', `${the.traceId}-${the.traceId}`],
])('ids that are %s are not passed on', async (_, id) => {
  await expect(judge(some.entraRefusal(90002, { correlation_id: id, trace_id: id }))).rejects.toMatchObject({
    upstream: { correlationId: undefined, traceId: undefined },
  });
});

test.each([408, 429, 500, 502, 503, 504])(
  'HTTP %d is an outage of the issuer, whatever its body says',
  async (status) => {
    const headers = { 'retry-after': '7' };
    await expect(judge(some.entraRefusal(7000215), { status, headers })).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfterSeconds: 7,
      upstream: { status, code: 'AADSTS7000215', correlationId: the.correlationId },
    });
    await expect(judge('<html>', { status, headers })).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: `The token issuer is not available (HTTP ${status}).`,
      retryAfterSeconds: 7,
    });
    await expect(judge({}, { status })).rejects.toMatchObject({
      message: `The token issuer is not available (HTTP ${status}): the request was refused.`,
      retryAfterSeconds: undefined,
    });
  },
);

test('a transient error of Entra is recognised by its code, whatever the status', async () => {
  await expect(judge(some.entraRefusal(90033))).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer is not available (AADSTS90033): Entra has a temporary error.',
  });
});

const NO_ENTRA_FORM: [name: string, body: string][] = [
  ['HTML', '<html>'],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['truncated JSON', '{"error":'],
];
test.each(NO_ENTRA_FORM)('a 3xx or 4xx with %s is a refusal, and its hint depends on the status', async (_, body) => {
  const judged = async (status: number): Promise<unknown> =>
    judge(body, { status, headers: { location: 'https://login.contoso.com/x' } }).catch((error: unknown) => error);
  for (const [status, hint] of [
    [302, /follows no redirect/],
    [400, /Check the URL/],
    [401, /proxy, firewall/],
    [403, /proxy, firewall/],
    [404, /Check the URL: "issuer" or "tokenEndpoint"/],
    [405, /Check the URL/],
    [407, /proxy, firewall/],
  ] as const) {
    expect(await judged(status)).toMatchObject({
      code: 'issuer_rejected',
      hint: expect.stringMatching(hint) as string,
      upstream: { service: 'issuer', status },
    });
  }
});

describe('for a person', () => {
  const judgeForPerson = (body: unknown): Promise<unknown> => judge(body, { isForPerson: true });

  test.each([
    ['with its challenge', '{"access_token":{}}', '{"access_token":{}}'],
    ['without one', undefined, undefined],
    ['without an empty challenge', '', undefined],
    ['without a challenge that is not text', { access_token: {} }, undefined],
  ])('a claims challenge is passed on %s', async (_, claims, expected) => {
    const body = some.entraRefusal(50076, { error: 'interaction_required', claims });
    await expect(judgeForPerson(body)).rejects.toMatchObject({
      code: 'interaction_required',
      claims: expected,
      hint: expect.stringContaining('/api/auth/sign-in') as string,
      upstream: { code: 'AADSTS50076' },
    });
  });

  test.each([
    [65001, 'invalid_grant', /^App registrations > API permissions: "Grant admin consent"/],
    [50105, 'invalid_grant', /Users and groups: assign the user/],
    [50057, 'invalid_grant', /^Check the account: Entra admin center > Users/],
    [50020, 'invalid_grant', /Invite external user/],
    [53003, 'invalid_grant', /^Find the policy in Entra admin center > Sign-in logs/],
    [50076, 'invalid_grant', /^The person must sign in again/],
    [700082, 'invalid_grant', /^The person must sign in again/],
    [999999, 'invalid_grant', /^The person must sign in again/],
    [50173, 'invalid_request', /^The person must sign in again/],
  ])('AADSTS%d says who must act: the person, or an administrator', async (number, error, hint) => {
    await expect(judgeForPerson(some.entraRefusal(number, { error }))).rejects.toMatchObject({
      code: 'interaction_required',
      hint: expect.stringMatching(hint) as string,
    });
  });

  test.each([
    [500131, 'issuer_rejected'],
    [50013, 'issuer_rejected'],
    [7000114, 'issuer_rejected'],
    [7000229, 'interaction_required'],
    [700016, 'issuer_rejected'],
    [7000215, 'secret_rejected'],
  ])(
    'AADSTS%d with invalid_grant becomes %s: the person gets what they or an administrator can fix',
    async (number, code) => {
      await expect(judgeForPerson(some.entraRefusal(number, { error: 'invalid_grant' }))).rejects.toMatchObject({
        code,
      });
    },
  );

  test.each([
    ['HTML', '<html>'],
    ['access_denied', { error: 'access_denied' }],
  ])('a 401 of another issuer with %s is about the client, which only the operator can fix', async (_, body) => {
    await expect(judgeForeign(body, { status: 401, isForPerson: true })).rejects.toMatchObject({
      code: 'secret_rejected',
      hint: expect.stringMatching(/clientId, the secret in Key Vault/) as string,
    });
  });

  test.each(['interaction_required', 'login_required', 'consent_required', 'invalid_grant', 'access_denied'])(
    '%s without a code is for the person, too',
    async (error) => {
      await expect(judgeForPerson({ error })).rejects.toMatchObject({ code: 'interaction_required' });
    },
  );
});

test('interaction_required without a person is a refusal', async () => {
  await expect(judge(some.entraRefusal(50076, { error: 'interaction_required' }))).rejects.toMatchObject({
    code: 'issuer_rejected',
    message: 'The token issuer refused (AADSTS50076): multi-factor authentication is required.',
  });
});

describe('at the redirect URI', () => {
  test.each([
    [
      'access_denied',
      'AADSTS65004: The user declined.',
      'interaction_required',
      'AADSTS65004',
      /^The person must sign in again/,
    ],
    [
      'access_denied',
      'AADSTS50105: Not assigned.',
      'interaction_required',
      'AADSTS50105',
      /assign the user.*Then begin again at/,
    ],
    ['access_denied', undefined, 'interaction_required', 'access_denied', /^The person must sign in again/],
    ['invalid_client', 'AADSTS650052: No subscription.', 'issuer_rejected', 'AADSTS650052', /app\.powerbi\.com/],
    ['invalid_request', 'AADSTS50011: No such redirect URI.', 'issuer_rejected', 'AADSTS50011', /SIGN_IN_REDIRECT_URI/],
    ['server_error', 'AADSTS50000: Token issuance error.', 'issuer_rejected', 'AADSTS50000', /support request/],
    ['Not a code', undefined, 'issuer_rejected', undefined, /login\.microsoftonline\.com\/error/],
  ])('%s with the description %j becomes %s', async (error, error_description, code, upstreamCode, hint) => {
    const refused = await failureOf(() => {
      throw judgeSignInRefusal({ error, error_description, claims: 'not passed on' });
    });

    expect(refused).toEqual({
      code,
      message: `Entra did not complete the sign-in (${upstreamCode ?? 'no code'}).`,
      hint: expect.stringMatching(hint) as string,
      upstream: { service: 'issuer', code: upstreamCode },
    });
    expect(refused['hint']).toMatch(/ Then begin again at \/api\/auth\/sign-in\.$|^The person must sign in again/);
  });

  test.each(['temporarily_unavailable', 'server_error'])('%s without a code is an outage', async (error) => {
    expect(
      await failureOf(() => {
        throw judgeSignInRefusal({ error });
      }),
    ).toEqual({
      code: 'upstream_unavailable',
      message: `The token issuer could not complete the sign-in (${error}).`,
      hint: expect.stringMatching(/Retry-After/) as string,
      upstream: { service: 'issuer', code: error },
    });
  });
});
