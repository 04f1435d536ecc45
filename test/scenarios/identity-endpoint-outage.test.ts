import { testOutages } from '../support/outage-tests.ts';

testOutages({
  service: 'identity-endpoint',
  emulator: 'identityEndpoint',
  details: {
    silent: /^The managed identity endpoint did not answer within \d+\.\d s, in \d tries\.$/,
    slow: /^The managed identity endpoint did not answer within \d+\.\d s, in \d tries\.$/,
    'cut off': 'The managed identity endpoint could not be reached (UND_ERR_SOCKET).',
    'cut off midway': 'The managed identity endpoint could not be reached (UND_ERR_SOCKET).',
    'a proxy page': 'The managed identity endpoint returned an answer without a token.',
    'truncated JSON': 'The managed identity endpoint returned an answer without a token.',
    'ten megabytes': 'The managed identity endpoint answered with more than 1048576 bytes.',
    throttling: 'The managed identity endpoint is not ready.',
    'an empty 500': 'The managed identity endpoint is not ready.',
    'an empty 503': 'The managed identity endpoint is not ready.',
    'a 503 page with Retry-After': 'The managed identity endpoint is not ready.',
    'a 408': 'The managed identity endpoint is not ready.',
  },
});
