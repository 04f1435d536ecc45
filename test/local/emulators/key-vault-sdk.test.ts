import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
  process.env['IDENTITY_ENDPOINT'] = emulators.identityEndpoint.url;
  process.env['IDENTITY_HEADER'] = emulators.identityEndpoint.identityHeader;
});

afterAll(() => emulators.close());

beforeEach(() => {
  emulators.keyVault.reset();
  emulators.identityEndpoint.reset();
});

function secretClient(): SecretClient {
  return new SecretClient(emulators.keyVault.url, new ManagedIdentityCredential(), {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

test('the real SecretClient reads the seeded secret as the system-assigned identity', async () => {
  const { value, properties } = await secretClient().getSecret(seed.app.secretName);
  expect(value).toBe(seed.app.secret);
  expect(properties.expiresOn).toBeInstanceOf(Date);
  expect(properties.version).toMatch(/^[0-9a-f]{32}$/);
  expect(emulators.keyVault.requests.map(({ status }) => status)).toEqual([401, 200]);
});
