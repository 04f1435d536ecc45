import type { TokenHolder } from '../../src/config/profiles/profile.ts';
import { isTokenRefusal, judgePowerBiAnswer } from '../../src/power-bi/judge-power-bi-answer.ts';
import { the } from '../support/the.ts';

interface Case {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly holder?: TokenHolder;
}

function judge({ status, body = '', headers = {}, holder = 'service-principal' }: Case): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judgePowerBiAnswer({ status, headers: new Headers(headers), text }, { nowMs: the.startMs, holder });
}

function refusalOf(answer: Case): unknown {
  try {
    judge(answer);
  } catch (error) {
    return error;
  }
  throw new Error('The answer was taken.');
}

const coded = (code: string): unknown => ({ error: { code } });

test.each([
  ['a list', { status: 200, body: { value: [] } }, { value: [] }],
  ['a start that was accepted', { status: 202 }, undefined],
  ['a success without content', { status: 204 }, undefined],
])('%s is returned', (_, answer, expected) => {
  expect(judge(answer)).toEqual(expected);
});

test.each<[name: string, answer: Case, code: string | undefined, hint: RegExp]>([
  [
    'no access for a service principal',
    { status: 401, body: coded('PowerBINotAuthorizedException') },
    'PowerBINotAuthorizedException',
    /"Service principals can call Fabric public APIs"/,
  ],
  [
    'no access for a master user',
    { status: 401, body: coded('PowerBINotAuthorizedException'), holder: 'master-user' },
    'PowerBINotAuthorizedException',
    /^Give the master user/,
  ],
  [
    'no access for a person',
    { status: 403, body: coded('PowerBINotAuthorizedException'), holder: 'person' },
    'PowerBINotAuthorizedException',
    /^Give the person a role/,
  ],
  [
    'a code in the header',
    { status: 401, headers: { 'x-powerbi-error-info': 'ServicePrincipalIsNotAllowedByTenantAdminSwitch' } },
    'ServicePrincipalIsNotAllowedByTenantAdminSwitch',
    /Tenant settings/,
  ],
  ['a paused capacity', { status: 403, body: coded('CapacityNotActive') }, 'CapacityNotActive', /Resume it/],
  ['a bad request', { status: 400, body: coded('InvalidRequest') }, 'InvalidRequest', /REST API reference/],
  [
    "a person's missing licence",
    { status: 403, body: coded('PowerBINotLicensedException'), holder: 'person' },
    'PowerBINotLicensedException',
    /^The person needs a Power BI licence/,
  ],
  [
    "a master user's missing licence, under its short name",
    { status: 403, body: coded('PowerBINotLicensed'), holder: 'master-user' },
    'PowerBINotLicensed',
    /^Give the master user a Power BI Pro/,
  ],
  [
    'missing scopes of a person',
    { status: 403, body: coded('InsufficientScopes'), holder: 'person' },
    'InsufficientScopes',
    /delegated permissions/,
  ],
  [
    'scopes of a service principal',
    { status: 403, body: coded('InsufficientScopes') },
    'InsufficientScopes',
    /\/\.default/,
  ],
  ['an expired token', { status: 403, body: coded('TokenExpired') }, 'TokenExpired', /clocks/],
  [
    'a claims challenge to a service principal',
    { status: 401, headers: { 'www-authenticate': 'Bearer error="insufficient_claims", claims="e30="' } },
    'insufficient_claims',
    /clocks/,
  ],
  ['My workspace of a service principal', { status: 403 }, undefined, /API is not accessible for application/],
  ['an empty 403 for a master user', { status: 403, holder: 'master-user' }, undefined, /^Give the master user/],
  ['an unknown id', { status: 404, body: coded('PowerBIEntityNotFound') }, 'PowerBIEntityNotFound', /ids/],
  ['an empty 404', { status: 404 }, undefined, /ids/],
  ['a code that is the name of a method', { status: 400, body: coded('toString') }, 'toString', /REST API reference/],
  [
    'a code that may repeat the request',
    { status: 400, body: coded('Caller 10.1.2.3') },
    undefined,
    /REST API reference/,
  ],
  ['a code with digits', { status: 400, body: coded('Xy8Qabc0123') }, undefined, /REST API reference/],
])('%s is a refusal, and the hint says what to change', (_, answer, code, hint) => {
  const { status } = answer;
  expect(refusalOf({ ...answer, headers: { ...answer.headers, requestid: the.correlationId } })).toMatchObject({
    code: 'powerbi_rejected',
    message: `Power BI rejected the request (${code ?? `HTTP ${status}`}).`,
    hint: expect.stringMatching(hint) as string,
    upstream: { service: 'power-bi', status, code, correlationId: the.correlationId },
  });
});

test.each<[name: string, answer: Case, meaning: string, hint: RegExp]>([
  [
    'a redirect',
    {
      status: 302,
      headers: { location: 'https://api.powerbigov.us/v1.0/myorg?code=secret', requestid: the.correlationId },
    },
    'it moved to https://api.powerbigov.us',
    /^Check POWERBI_API_URL and POWERBI_CLOUD/,
  ],
  ['a permanent redirect', { status: 308 }, 'it redirects elsewhere', /^Check POWERBI_API_URL/],
  [
    'a proxy that requires credentials',
    { status: 407, body: '<html>' },
    'the answer does not have the format of this service',
    /proxy/,
  ],
  [
    'the page of a firewall',
    { status: 403, body: '<html>' },
    'the answer does not have the format of this service',
    /firewall/,
  ],
  ['an empty 401 of a gateway', { status: 401 }, 'the answer does not have the format of this service', /proxy/],
  ['a 404 page', { status: 404, body: '<html>' }, 'this service has no such URL', /POWERBI_API_URL/],
])('%s is a refusal that its status explains', (_, answer, meaning, hint) => {
  expect(refusalOf(answer)).toMatchObject({
    code: 'powerbi_rejected',
    message: `Power BI refused (HTTP ${answer.status}): ${meaning}.`,
    hint: expect.stringMatching(hint) as string,
  });
});

test.each<[name: string, answer: Case, claims: string | undefined]>([
  ['expired', { status: 403, body: coded('TokenExpired') }, undefined],
  ['refused with an empty answer', { status: 401, headers: { requestid: the.correlationId } }, undefined],
  [
    'challenged',
    {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="' },
    },
    '{"access_token":{}}',
  ],
])(
  "a person's token that is %s becomes interaction_required, with the claims of the challenge",
  (_, answer, claims) => {
    expect(refusalOf({ ...answer, holder: 'person' })).toMatchObject({
      code: 'interaction_required',
      hint: 'The person must sign in again. If this error has "claims", send them with the sign-in.',
      claims,
    });
  },
);

test.each<[name: string, answer: Case, expected: boolean]>([
  ['an expired token', { status: 403, body: coded('TokenExpired') }, true],
  ['a 401 without a reason', { status: 401 }, true],
  [
    'a 401 of a token that is called invalid',
    { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    true,
  ],
  ['a 401 that refuses the account', { status: 401, body: coded('PowerBINotAuthorizedException') }, false],
  ['a 403 without a reason', { status: 403 }, false],
  ['throttling', { status: 429 }, false],
])('whether a new token may help: %s', (_, answer, expected) => {
  expect(isTokenRefusal(refusalOf(answer))).toBe(expected);
  expect(isTokenRefusal(refusalOf({ ...answer, holder: 'person' }))).toBe(expected);
});

test.each([
  [429, '', 'is not available (HTTP 429)'],
  [500, coded('InternalError'), 'is not available (HTTP 500)'],
  [503, '<html>', 'is not available (HTTP 503)'],
  [200, '<html>', 'returned an answer that cannot be read'],
  [200, '', 'returned an answer that cannot be read'],
])('HTTP %d %j is an outage', (status, body, what) => {
  expect(refusalOf({ status, body, headers: { 'retry-after': '3392', requestid: 'no id' } })).toMatchObject({
    code: 'upstream_unavailable',
    message: `Power BI ${what}.`,
    retryAfterSeconds: 3392,
    upstream: { service: 'power-bi', status, correlationId: undefined },
  });
});
