import { testOutages } from '../support/outage-tests.ts';

testOutages({
  service: 'key-vault',
  emulator: 'keyVault',
  details: {
    silent: /^Key Vault did not answer within \d+\.\d s, in \d tries\.$/,
    slow: /^Key Vault did not answer within \d+\.\d s, in \d tries\.$/,
    'cut off': 'Key Vault could not be reached (UND_ERR_SOCKET).',
    'cut off midway': 'Key Vault could not be reached (UND_ERR_SOCKET).',
    'a proxy page': 'Key Vault returned an answer that cannot be read.',
    'truncated JSON': 'Key Vault returned an answer that cannot be read.',
    'ten megabytes': 'Key Vault answered with more than 1048576 bytes.',
    throttling: 'Key Vault is not available (HTTP 429).',
    'an empty 500': 'Key Vault is not available (HTTP 500).',
    'an empty 503': 'Key Vault is not available (HTTP 503).',
    'a 503 page with Retry-After': 'Key Vault is not available (HTTP 503).',
    'a 408': 'Key Vault is not available (HTTP 408).',
  },
  upstreams: { 'truncated JSON': { correlation_id: expect.any(String) } },
});
