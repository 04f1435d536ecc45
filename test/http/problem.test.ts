import {
  ERROR_CODES,
  InteractionRequiredError,
  ServiceError,
  UpstreamError,
  type ErrorCode,
} from '../../src/errors.ts';
import { respondProblem } from '../../src/http/problem.ts';
import { the } from '../support/the.ts';

const respond = (error: ServiceError, oauth = false, prefix = '/api') => {
  const { status, headers, body } = respondProblem(error, { requestId: the.requestId, oauth, prefix });
  return {
    status,
    headers: headers as Record<string, string>,
    body: JSON.parse(body as string) as Record<string, unknown>,
  };
};

const CONTRACT: Record<ErrorCode, [status: number, oauth: string]> = {
  invalid_request: [400, 'invalid_request'],
  unauthorized: [401, 'invalid_client'],
  interaction_required: [401, 'interaction_required'],
  forbidden: [403, 'unauthorized_client'],
  unknown_profile: [404, 'invalid_request'],
  method_not_allowed: [405, 'server_error'],
  rate_limited: [429, 'temporarily_unavailable'],
  misconfigured: [500, 'server_error'],
  internal: [500, 'server_error'],
  secret_unavailable: [502, 'server_error'],
  secret_expired: [502, 'server_error'],
  secret_rejected: [502, 'server_error'],
  issuer_rejected: [502, 'server_error'],
  powerbi_rejected: [502, 'server_error'],
  upstream_unavailable: [503, 'temporarily_unavailable'],
};

test.each(Object.entries(CONTRACT))('%s is answered as the contract says', (code, [status, oauth]) => {
  const { title } = ERROR_CODES[code as ErrorCode];
  expect(respond(new ServiceError(code as ErrorCode, 'What happened.', { hint: 'What to do.' }), true)).toEqual({
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(status === 429 || status === 503
        ? { 'Retry-After': '5', 'Access-Control-Expose-Headers': 'Retry-After' }
        : {}),
    },
    body: {
      type: `urn:powerbi-token-function:error:${code}`,
      title,
      status,
      detail: 'What happened.',
      code,
      hint: 'What to do.',
      error: oauth,
      error_description: 'What happened.',
      request_id: the.requestId,
    },
  });
});

test('the codes are those of the contract', () => {
  expect(Object.keys(ERROR_CODES)).toEqual(Object.keys(CONTRACT));
});

test('unknown members are left out, and so are the OAuth members on routes without tokens', () => {
  expect(respond(new ServiceError('internal', 'A defect.')).body).toEqual({
    type: 'urn:powerbi-token-function:error:internal',
    title: 'Internal error',
    status: 500,
    detail: 'A defect.',
    code: 'internal',
    request_id: the.requestId,
  });
});

test("only the ids of an upstream's answer are passed on", () => {
  const upstream = { service: 'issuer', status: 401, code: 'AADSTS1', correlationId: 'c', traceId: 't' } as const;
  expect(respond(new UpstreamError('issuer_rejected', 'No.', upstream)).body).toMatchObject({
    upstream: { service: 'issuer', status: 401, code: 'AADSTS1', correlation_id: 'c', trace_id: 't' },
  });
});

test('a claims challenge is passed on unchanged', () => {
  const error = new InteractionRequiredError('MFA.', { service: 'issuer' }, { claims: '{"access_token":{}}' });
  expect(respond(error).body).toMatchObject({ claims: '{"access_token":{}}' });
});

test('Retry-After is the time that the upstream asked for', () => {
  const error = new ServiceError('upstream_unavailable', 'Away.', { retryAfterSeconds: 42 });
  expect(respond(error).headers['Retry-After']).toBe('42');
});

test('an error description has only the characters that RFC 6749 section 5.2 allows', () => {
  expect(respond(new ServiceError('internal', 'A "quoted" \\ ü\n€'), true).body['error_description']).toBe(
    "A 'quoted' ? ???",
  );
});
