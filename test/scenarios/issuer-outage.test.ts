import { testOutages } from '../support/outage-tests.ts';

testOutages({
  service: 'issuer',
  emulator: 'entra',
  details: {
    silent: /^The token issuer did not answer within \d+\.\d s, in \d tries\.$/,
    slow: /^The token issuer did not answer within \d+\.\d s, in \d tries\.$/,
    'cut off': 'The token issuer could not be reached (UND_ERR_SOCKET).',
    'cut off midway': 'The token issuer could not be reached (UND_ERR_SOCKET).',
    'a proxy page': 'The token issuer returned an answer that cannot be read.',
    'truncated JSON': 'The token issuer returned an answer that cannot be read.',
    'ten megabytes': 'The token issuer answered with more than 1048576 bytes.',
    throttling: 'The token issuer is not available (AADSTS90055): the tenant is throttled.',
    'an empty 500': 'The token issuer is not available (HTTP 500).',
    'an empty 503': 'The token issuer is not available (HTTP 503).',
    'a 503 page with Retry-After': 'The token issuer is not available (HTTP 503).',
    'a 408': 'The token issuer is not available (timeout): the request was refused.',
  },
  upstreams: { throttling: { code: 'AADSTS90055' }, 'a 408': { code: 'timeout' } },
});
