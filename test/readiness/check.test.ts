import { ServiceError } from '../../src/errors.ts';
import { describeFailure, worst, type CheckStatus } from '../../src/readiness/check.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';

test('an outage is reported without a hint that points at readiness itself', () => {
  const outage = unavailable('is not available (HTTP 503)', { service: 'key-vault', status: 503 });
  expect(describeFailure(outage, 'warn')).toEqual({
    status: 'warn',
    output: 'Key Vault is not available (HTTP 503).',
    hint: expect.not.stringContaining('/api/health/ready') as string,
  });
});

test('a refusal keeps its own hint', () => {
  const refusal = new ServiceError('secret_unavailable', 'No.', { hint: 'Assign the role.' });
  expect(describeFailure(refusal, 'fail')).toEqual({ status: 'fail', output: 'No.', hint: 'Assign the role.' });
});

test('a defect is reported without its text, which may quote a secret', () => {
  expect(describeFailure(new Error('Xy8Q~secret'), 'fail')).toEqual({
    status: 'fail',
    output: 'A defect of this app prevented this check.',
  });
});

test.each<[statuses: CheckStatus[], expected: CheckStatus]>([
  [[], 'pass'],
  [['pass', 'warn', 'pass'], 'warn'],
  [['warn', 'fail', 'pass'], 'fail'],
])('the worst of %j is %s', (statuses, expected) => {
  expect(worst(statuses.map((status) => ({ status })))).toBe(expected);
});
