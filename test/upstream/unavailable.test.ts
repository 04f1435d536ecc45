import { unavailable } from '../../src/upstream/unavailable.ts';

test.each([
  ['identity-endpoint', 'The managed identity endpoint is away.'],
  ['key-vault', 'Key Vault is away.'],
  ['issuer', 'The token issuer is away.'],
  ['power-bi', 'Power BI is away.'],
] as const)('%s is named in words, and Retry-After is passed on', (service, message) => {
  const error = unavailable('is away', { service, status: 503 }, { retryAfterSeconds: 7 });
  expect(error).toMatchObject({
    code: 'upstream_unavailable',
    message,
    upstream: { service, status: 503 },
    retryAfterSeconds: 7,
    hint: expect.stringContaining('then try again') as string,
  });
});
