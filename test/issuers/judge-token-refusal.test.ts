import { judgeTokenAnswer } from '../../src/issuers/judge-token-answer.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

interface Refusal {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly isForPerson?: boolean;
}

const judge = (body: unknown, { status = 400, headers = {}, isForPerson = false }: Refusal = {}): Promise<unknown> =>
  judgeTokenAnswer(some.tokenAnswer(body, { status, headers }), some.tokenRequest({ isForPerson }));

test('a refusal of Entra is told with its code, what it means, what to do, and the ids that support asks for', async () => {
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

test.each([
  [65001, /^App registrations > API permissions: "Grant admin consent"/],
  [50105, /Users and groups: assign the user/],
  [53003, /^Entra admin center > Sign-in logs/],
  [50076, /^The person must sign in again/],
  [700082, /^The person must sign in again/],
])(
  'AADSTS%d of a person is told with what mends it: no administrator is spared by signing in again',
  async (number, hint) => {
    const body = some.entraRefusal(number, { error: 'invalid_grant' });
    await expect(judge(body, { isForPerson: true })).rejects.toMatchObject({
      code: 'interaction_required',
      hint: expect.stringMatching(hint) as string,
    });
  },
);

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
  ['no numbers of theirs', [12345678901234]],
  ['negative', [-7000215]],
])('error_codes that are %s are passed over', async (_, error_codes) => {
  await expect(judge(some.entraRefusal(90002, { error_codes }))).rejects.toMatchObject({
    upstream: { code: 'AADSTS90002' },
  });
});

test('a code in the middle of a description is not taken for the refusal', async () => {
  const body = some.entraRefusal(1, { error_codes: undefined, error_description: 'You sent AADSTS7000215' });
  await expect(judge(body)).rejects.toMatchObject({ code: 'secret_rejected', upstream: { code: 'invalid_client' } });
});

test.each([
  ['invalid_client', 'secret_rejected', /does not accept this client/],
  ['invalid_grant', 'issuer_rejected', /user name and password/],
  ['invalid_scope', 'issuer_rejected', /"scope"/],
  ['invalid_target', 'issuer_rejected', /"audience"/],
  ['unauthorized_client', 'issuer_rejected', /Allow this grant/],
  ['unsupported_grant_type', 'issuer_rejected', /tokenEndpoint/],
  ['invalid_request', 'issuer_rejected', /parameters/],
  ['access_denied', 'issuer_rejected', /correlation id/],
  ['to_string', 'issuer_rejected', /correlation id/],
])('%s of an issuer that is not Entra becomes %s', async (error, code, hint) => {
  await expect(judge({ error })).rejects.toMatchObject({
    code,
    hint: expect.stringMatching(hint) as string,
    upstream: { service: 'issuer', status: 400, code: error },
  });
});

test.each([
  ['a sentence', 'Your secret hunter2 is wrong'],
  ['capitals', 'Invalid'],
  ['no text', 7],
  ['missing', undefined],
  ['endless', 'a'.repeat(65)],
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

test.each([408, 429, 500, 502, 503, 504])('HTTP %d is an issuer that is away, whatever it says', async (status) => {
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
});

test('a passing fault of Entra is one by its code too, whatever the status', async () => {
  await expect(judge(some.entraRefusal(90033))).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer is not available (AADSTS90033): Entra has a passing fault.',
  });
});

test.each([301, 400, 401, 403, 404])(
  'HTTP %d with something that is no JSON is an issuer that is away',
  async (status) => {
    await expect(judge('<html>', { status })).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: `The token issuer gave an answer that does not parse (HTTP ${status}).`,
    });
  },
);

describe('where there is a person who can mend it', () => {
  const judgeForPerson = (body: unknown): Promise<unknown> => judge(body, { isForPerson: true });

  test.each([
    ['with the challenge it gives', '{"access_token":{}}', '{"access_token":{}}'],
    ['without one', undefined, undefined],
    ['without one that is no text', { access_token: {} }, undefined],
  ])('that they must do more is told %s', async (_, claims, expected) => {
    const body = some.entraRefusal(50076, { error: 'interaction_required', claims });
    await expect(judgeForPerson(body)).rejects.toMatchObject({
      code: 'interaction_required',
      claims: expected,
      hint: expect.stringContaining('/api/auth/sign-in') as string,
      upstream: { code: 'AADSTS50076' },
    });
  });

  test.each(['login_required', 'consent_required', 'invalid_grant'])('%s is theirs as well', async (error) => {
    await expect(judgeForPerson({ error })).rejects.toMatchObject({ code: 'interaction_required' });
  });

  test("a refusal of the client's secret stays the operator's", async () => {
    const body = some.entraRefusal(7000215, { error: 'invalid_grant' });
    await expect(judgeForPerson(body)).rejects.toMatchObject({ code: 'secret_rejected' });
  });
});

test('where there is no person, a demand for one is a refusal', async () => {
  await expect(judge(some.entraRefusal(50076, { error: 'interaction_required' }))).rejects.toMatchObject({
    code: 'issuer_rejected',
    message: 'The token issuer refused (AADSTS50076): multi-factor authentication is required.',
  });
});
