import { InteractionRequiredError, isTransient, ServiceError, UpstreamError } from '../src/errors.ts';

test('a service error keeps its code, hint, Retry-After, reason for the log, and cause', () => {
  const cause = new Error('what really happened');
  const error = new ServiceError('forbidden', 'No.', { hint: 'Ask.', retryAfterSeconds: 3, reason: 'roles', cause });
  expect(error).toMatchObject({
    name: 'ServiceError',
    message: 'No.',
    code: 'forbidden',
    hint: 'Ask.',
    retryAfterSeconds: 3,
    reason: 'roles',
    cause,
  });
});

test('an upstream error names its service', () => {
  const error = new UpstreamError('issuer_rejected', 'No.', { service: 'issuer', status: 400 });
  expect([error.name, error.upstream]).toEqual(['UpstreamError', { service: 'issuer', status: 400 }]);
});

test('interaction_required carries the claims challenge unchanged', () => {
  const error = new InteractionRequiredError('MFA.', { service: 'issuer' }, { claims: '{"access_token":{}}' });
  expect([error.code, error.claims]).toEqual(['interaction_required', '{"access_token":{}}']);
});

test.each([
  ['an unavailable upstream', new UpstreamError('upstream_unavailable', '', { service: 'issuer' }), true],
  ['a refusal', new UpstreamError('issuer_rejected', '', { service: 'issuer' }), false],
  ['an error of the app with the same code', new ServiceError('upstream_unavailable', ''), false],
  ['a defect', new Error('upstream_unavailable'), false],
  ['nothing', undefined, false],
])('whether a retry may help: %s: %#', (_, error, expected) => {
  expect(isTransient(error)).toBe(expected);
});
