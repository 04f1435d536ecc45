import { judgePowerBiAnswer } from '../../src/power-bi/judge-power-bi-answer.ts';
import { the } from '../support/the.ts';

const judge = (status: number, body: unknown, headers: Record<string, string> = {}): unknown =>
  judgePowerBiAnswer(
    { status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) },
    the.startMs,
  );

function refusalOf(...answer: Parameters<typeof judge>): unknown {
  try {
    judge(...answer);
  } catch (error) {
    return error;
  }
  throw new Error('The answer was taken.');
}

test('a 200 is its JSON', () => {
  expect(judge(200, { value: [] })).toEqual({ value: [] });
});

test.each<[status: number, body: unknown, headers: Record<string, string>, code: string | undefined, hint: RegExp]>([
  [
    401,
    { error: { code: 'PowerBINotAuthorizedException' } },
    {},
    'PowerBINotAuthorizedException',
    /Service principals can call Fabric public APIs/,
  ],
  [
    401,
    '',
    { 'x-powerbi-error-info': 'PowerBINotAuthorizedException' },
    'PowerBINotAuthorizedException',
    /Tenant settings/,
  ],
  [403, '', {}, undefined, /API is not accessible for application/],
  [403, { error: { code: 'TokenExpired' } }, {}, 'TokenExpired', /clock/],
  [404, { error: { code: 'PowerBIEntityNotFound' } }, {}, 'PowerBIEntityNotFound', /ids/],
  [404, '<html>', {}, undefined, /ids/],
  [400, { error: { code: 'toString' } }, {}, 'toString', /Tenant settings/],
  [400, { error: { code: 'Caller 10.1.2.3' } }, {}, undefined, /Tenant settings/],
  [400, { error: { code: 'Xy8Qabc0123' } }, {}, undefined, /Tenant settings/],
])('HTTP %d %j %j is a refusal with what to change in Power BI', (status, body, headers, code, hint) => {
  expect(refusalOf(status, body, { ...headers, requestid: the.correlationId })).toMatchObject({
    code: 'powerbi_rejected',
    message: `Power BI refused (${code ?? `HTTP ${status}`}).`,
    hint: expect.stringMatching(hint) as string,
    upstream: { service: 'power-bi', status, code, correlationId: the.correlationId },
  });
});

test.each([
  [429, '', 'is not available (HTTP 429)'],
  [500, { error: { code: 'InternalError' } }, 'is not available (HTTP 500)'],
  [503, '<html>', 'is not available (HTTP 503)'],
  [200, '<html>', 'gave an answer that does not parse'],
])('HTTP %d %j may pass', (status, body, what) => {
  expect(refusalOf(status, body, { 'retry-after': '11', requestid: 'no id' })).toMatchObject({
    code: 'upstream_unavailable',
    message: `Power BI ${what}.`,
    retryAfterSeconds: 11,
    upstream: { service: 'power-bi', status, correlationId: undefined },
  });
});
