import { createRefreshFailureLog } from '../../src/cache/refresh-failure-log.ts';
import { ServiceError, UpstreamError } from '../../src/errors.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { recordLog } from '../support/record-log.ts';
import { the } from '../support/the.ts';

function lineOf(error: unknown): unknown {
  const log = recordLog();
  createRefreshFailureLog(log)('default', error);
  expect(log.lines).toHaveLength(1);
  return log.lines[0];
}

test('a refusal of an upstream is an error with what to do, and with the ids for support', () => {
  const upstream = { service: 'issuer', status: 401, code: 'AADSTS7000215', correlationId: the.correlationId } as const;
  const refusal = new UpstreamError('secret_rejected', 'The secret is wrong.', upstream, { hint: 'Store another.' });

  expect(lineOf(refusal)).toEqual({
    level: 'error',
    event: 'cache.refresh_failed',
    key: 'default',
    code: 'secret_rejected',
    detail: 'The secret is wrong.',
    hint: 'Store another.',
    stage: 'issuer',
    upstream_code: 'AADSTS7000215',
    upstream_correlation_id: the.correlationId,
  });
});

test('an unavailable upstream is a warning, because the cached value stays in use', () => {
  expect(lineOf(unavailable('is away', { service: 'key-vault' }, { hint: 'Wait.' }))).toEqual({
    level: 'warn',
    event: 'cache.refresh_failed',
    key: 'default',
    code: 'upstream_unavailable',
    detail: 'Key Vault is away.',
    hint: 'Wait.',
    stage: 'key-vault',
  });
});

test('a wrong setting is an error without an upstream', () => {
  expect(lineOf(new ServiceError('misconfigured', 'KEY_VAULT_URI is not set.'))).toEqual({
    level: 'error',
    event: 'cache.refresh_failed',
    key: 'default',
    code: 'misconfigured',
    detail: 'KEY_VAULT_URI is not set.',
  });
});

test('a defect is logged without its text, which may contain a secret', () => {
  expect(lineOf(new TypeError('x is undefined'))).toEqual({
    level: 'error',
    event: 'cache.refresh_failed',
    code: 'internal',
  });
});
