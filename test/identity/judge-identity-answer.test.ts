import type { ServiceError } from '../../src/errors.ts';
import { judgeIdentityAnswer } from '../../src/identity/judge-identity-answer.ts';
import { explainEntraCode } from '../../src/upstream/entra-codes.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const HOUR_MS = 3_600_000;
const START_SECONDS = the.startMs / 1000;

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clientId?: string;
}

const judge = ({ status = 200, body = '', headers = {}, clientId }: Answer) =>
  judgeIdentityAnswer(
    { status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) },
    { scope: the.vaultScope, clientId, requestedAt: some.moment() },
  );

function refusalOf(answer: Answer): ServiceError {
  try {
    judge(answer);
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('The answer was taken.');
}

describe('the lifetime of a token', () => {
  test.each<[name: string, expiresOn: unknown, lifetimeMs: number]>([
    ['seconds as text, as App Service writes them', `${START_SECONDS + 3600}`, HOUR_MS],
    ['seconds as a number', START_SECONDS + 3600, HOUR_MS],
    ['a date', '2027-01-15T09:00:00Z', HOUR_MS],
    ['in three days, which counts as one', `${START_SECONDS + 3 * 86_400}`, 24 * HOUR_MS],
    ['missing', undefined, 300_000],
    ['null', null, 300_000],
    ['empty', '', 300_000],
    ['words', 'tomorrow', 300_000],
    ['a date that does not exist', '2027-99-99T00:00:00Z', 300_000],
    ['an object', {}, 300_000],
  ])('is read from expires_on: %s', (_, expires_on, lifetimeMs) => {
    expect(judge({ body: { access_token: 'opaque', expires_on } }).lifetimeMs).toBe(lifetimeMs);
  });

  test.each([
    ['missing', undefined],
    ['words', 'tomorrow'],
  ])("is read from the token's own exp if expires_on is %s", (_, expires_on) => {
    const access_token = some.jwt({ exp: START_SECONDS + 1800 });
    expect(judge({ body: { access_token, expires_on } }).lifetimeMs).toBe(HOUR_MS / 2);
  });

  test.each([
    ['past', `${START_SECONDS - 1}`],
    ['now', `${START_SECONDS}`],
  ])('must be positive: %s', (_, expires_on) => {
    expect(refusalOf({ body: { access_token: 'opaque', expires_on } })).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The managed identity endpoint returned a token that has already expired.',
      upstream: { service: 'identity-endpoint', status: 200 },
    });
  });

  test.each([
    ['two hours: at four fifths', 2 * HOUR_MS, 1.6 * HOUR_MS],
    ['a day: at the half', 24 * HOUR_MS, 12 * HOUR_MS],
  ])('determines when the token is refreshed: %s', (_, lifetimeMs, refreshAfterMs) => {
    const expires_on = (the.startMs + lifetimeMs) / 1000;
    expect(judge({ body: { access_token: 'opaque', expires_on } }).refreshAfterMs).toBe(refreshAfterMs);
  });
});

test.each<[name: string, body: unknown]>([
  ['a page', '<html>'],
  ['nothing', ''],
  ['a list', []],
  ['null', 'null'],
  ['an empty token', { access_token: '' }],
  ['a number for a token', { access_token: 42 }],
])('a 200 with %s is not a token', (_, body) => {
  expect(refusalOf({ body })).toMatchObject({
    code: 'upstream_unavailable',
    message: 'The managed identity endpoint returned an answer without a token.',
    upstream: { service: 'identity-endpoint', status: 200 },
  });
});

test.each([404, 408, 410, 429, 500, 503])('HTTP %d is transient: the endpoint is not ready', (status) => {
  expect(refusalOf({ status, body: '<html>', headers: { 'retry-after': '7' } })).toMatchObject({
    code: 'upstream_unavailable',
    message: 'The managed identity endpoint is not ready.',
    retryAfterSeconds: 7,
    upstream: { service: 'identity-endpoint', status },
  });
});

const NO_IDENTITY = { statusCode: 400, message: 'No managed identity found.', correlationId: the.correlationId };

test.each<[name: string, answer: Answer, code: string, message: string, hint: RegExp]>([
  [
    'no system-assigned identity',
    { status: 400, body: NO_IDENTITY },
    'misconfigured',
    'The managed identity endpoint knows no system-assigned identity (HTTP 400).',
    /Settings > Identity/,
  ],
  [
    'no identity of that client id',
    { status: 400, body: NO_IDENTITY, clientId: the.identityClientId },
    'misconfigured',
    'The managed identity endpoint knows no identity with this client id (AZURE_CLIENT_ID, or the one that the profile names) (HTTP 400).',
    /not its object id/,
  ],
  [
    'a header that is not accepted',
    { status: 401, body: { statusCode: 401, message: 'No.' } },
    'misconfigured',
    'The managed identity endpoint does not accept IDENTITY_HEADER (HTTP 401).',
    /remove app settings of these names/,
  ],
  [
    'a header that is not accepted, with an empty answer',
    { status: 401 },
    'misconfigured',
    'The managed identity endpoint does not accept IDENTITY_HEADER (HTTP 401).',
    /restart the function app/,
  ],
  [
    'the page of a proxy',
    { status: 403, body: '<html>' },
    'misconfigured',
    'The managed identity endpoint refused (HTTP 403): the answer does not have the format of this service.',
    /proxy/,
  ],
  [
    'a proxy that requires credentials',
    { status: 407 },
    'misconfigured',
    'The managed identity endpoint refused (HTTP 407): the answer does not have the format of this service.',
    /proxy/,
  ],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://login.contoso.com/?a=b' } },
    'misconfigured',
    'The managed identity endpoint refused (HTTP 302): it moved to https://login.contoso.com.',
    /IDENTITY_ENDPOINT/,
  ],
  [
    'a 400 that is not JSON',
    { status: 400, body: '<html>' },
    'misconfigured',
    'The managed identity endpoint refused (HTTP 400): the answer does not have the format of this service.',
    /IDENTITY_ENDPOINT/,
  ],
])('%s is a refusal', (_, answer, code, message, hint) => {
  expect(refusalOf(answer)).toMatchObject({ code, message, hint: expect.stringMatching(hint) as string });
});

describe('an error of Entra in the answer of the endpoint', () => {
  test.each(['AADSTS500011: The resource principal was not found.', 'Request failed: AADSTS500011: Not found.'])(
    'is explained by its own code: %s',
    (message) => {
      const { code, meaning, hint } = explainEntraCode('AADSTS500011');
      expect(refusalOf({ status: 400, body: { ...NO_IDENTITY, message } })).toMatchObject({
        code,
        message: `The managed identity endpoint refused (AADSTS500011): ${meaning}.`,
        hint,
        upstream: { service: 'identity-endpoint', status: 400, code: 'AADSTS500011', correlationId: the.correlationId },
      });
    },
  );

  test('is transient if its code is', () => {
    expect(refusalOf({ status: 400, body: { message: 'AADSTS90033: A transient error.' } })).toMatchObject({
      code: 'upstream_unavailable',
      upstream: { service: 'identity-endpoint', status: 400, code: 'AADSTS90033' },
    });
  });
});
