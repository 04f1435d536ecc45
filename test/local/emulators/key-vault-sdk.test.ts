import { X509Certificate, constants, createPrivateKey, verify } from 'node:crypto';
import tls from 'node:tls';
import { ManagedIdentityCredential } from '@azure/identity';
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys';
import { SecretClient } from '@azure/keyvault-secrets';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { identityToken, readJson } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const clientOptions = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } };
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
  process.env['IDENTITY_ENDPOINT'] = emulators.identityEndpoint.url;
  process.env['IDENTITY_HEADER'] = emulators.identityEndpoint.identityHeader;
});

afterAll(() => emulators.close());

beforeEach(() => {
  emulators.keyVault.reset();
});

function secretClient(): SecretClient {
  return new SecretClient(emulators.keyVault.url, new ManagedIdentityCredential(), clientOptions);
}

test('the real SecretClient reads a secret in two requests, the first of them challenged', async () => {
  const { value, properties } = await secretClient().getSecret(seed.app.secretName);
  const inDays = ((properties.expiresOn?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(value).toBe(seed.app.secret);
  expect(Math.round(inDays)).toBe(seed.app.secretExpiresInDays);
  expect(properties.version).toMatch(/^[0-9a-f]{32}$/);
  expect(emulators.keyVault.requests.map(({ status }) => status)).toEqual([401, 200]);
});

test('the real SecretClient lists more versions than one page holds', async () => {
  const added = Array.from({ length: 30 }, (_, index) => emulators.keyVault.setSecret('many', `value ${index}`));
  const listed: (string | undefined)[] = [];
  for await (const { version } of secretClient().listPropertiesOfSecretVersions('many')) listed.push(version);
  expect(listed.sort()).toEqual(added.sort());
});

test('the real SecretClient sees the codes of refusals', async () => {
  emulators.keyVault.disableSecret(seed.cookieKeySecretName);
  await expect(secretClient().getSecret('missing')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  await expect(secretClient().getSecret(seed.cookieKeySecretName)).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
  });
});

test('the user-assigned identity can read the vault', async () => {
  const credential = new ManagedIdentityCredential({ clientId: seed.userAssignedIdentity.clientId });
  const client = new SecretClient(emulators.keyVault.url, credential, clientOptions);
  expect((await client.getSecret(seed.personApp.secretName)).value).toBe(seed.personApp.secret);
});

test.each([
  ['RS256', constants.RSA_PKCS1_PADDING],
  ['PS256', constants.RSA_PKCS1_PSS_PADDING],
] as const)('the real CryptographyClient signs %s with a key that stays in the vault', async (algorithm, padding) => {
  const { keyId, certificatePem } = await emulators.keyVault.setCertificate('signing', { exportable: false });
  const message = Buffer.from('header.payload');
  const client = new CryptographyClient(keyId, new ManagedIdentityCredential(), clientOptions);
  const { result } = await client.signData(algorithm, message);
  const key = { key: new X509Certificate(certificatePem).publicKey, padding };
  expect(verify('sha256', message, key, result)).toBe(true);
  expect(verify('sha256', Buffer.from('header.forged'), key, result)).toBe(false);
});

test('the real KeyClient reads the public key of a certificate', async () => {
  const { keyId, certificatePem } = await emulators.keyVault.setCertificate('readable');
  const client = new KeyClient(emulators.keyVault.url, new ManagedIdentityCredential(), clientOptions);
  const { id, key, keyType } = await client.getKey('readable');
  const jwk = new X509Certificate(certificatePem).publicKey.export({ format: 'jwk' });
  expect([id, keyType, Buffer.from(key?.n ?? []).toString('base64url')]).toEqual([keyId, 'RSA', jwk.n]);
});

test('the secret of an exportable certificate is PKCS #12', async () => {
  const { keyId } = await emulators.keyVault.setCertificate('as-pfx');
  const { value = '', properties } = await secretClient().getSecret('as-pfx');
  expect([properties.contentType, properties.certificateKeyId]).toEqual(['application/x-pkcs12', keyId]);
  // OpenSSL checks the MAC, decrypts the key and matches it with the certificate.
  expect(() => tls.createSecureContext({ pfx: Buffer.from(value, 'base64'), passphrase: '' })).not.toThrow();
});

test('the secret of an exportable certificate is PEM if that content type was chosen', async () => {
  const options = { contentType: 'application/x-pem-file' } as const;
  const { certificateDer } = await emulators.keyVault.setCertificate('as-pem', options);
  const { value = '', properties } = await secretClient().getSecret('as-pem');
  expect(properties.contentType).toBe('application/x-pem-file');
  expect(new X509Certificate(value).checkPrivateKey(createPrivateKey(value))).toBe(true);
  expect(new X509Certificate(value).raw).toEqual(certificateDer);
});

test('the secret of a certificate with a non-exportable key is only the certificate', async () => {
  await emulators.keyVault.setCertificate('kept', { exportable: false, contentType: 'application/x-pem-file' });
  const { value = '' } = await secretClient().getSecret('kept');
  expect(value).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(value).not.toContain('PRIVATE KEY');
});

test('a certificate has its key, its secret, its thumbprint and its DER', async () => {
  const { version, certificateDer, keyId, expiresOn } = await emulators.keyVault.setCertificate('described');
  const token = await identityToken(emulators, 'https://vault.azure.net');
  const { url } = emulators.keyVault;
  const answer = await readJson(
    await fetch(`${url}/certificates/described?api-version=2026-04-01`, {
      headers: { authorization: `Bearer ${token}` },
    }),
  );
  const { fingerprint } = new X509Certificate(certificateDer);
  expect(answer.body).toMatchObject({
    id: `${url}/certificates/described/${version}`,
    kid: keyId,
    sid: `${url}/secrets/described/${version}`,
    x5t: Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url'),
    cer: certificateDer.toString('base64'),
    attributes: { enabled: true, exp: Math.floor(expiresOn.getTime() / 1000) },
  });
});

test('the vault refuses a digest of a wrong length and other algorithms', async () => {
  const { keyId } = await emulators.keyVault.setCertificate('strict');
  const token = await identityToken(emulators, 'https://vault.azure.net');
  const sign = async (body: unknown): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${keyId}/sign?api-version=2026-04-01`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.status;
  };
  const digest = Buffer.alloc(32).toString('base64url');
  expect(await sign({ alg: 'RS256', value: digest })).toBe(200);
  expect(await sign({ alg: 'RS512', value: digest })).toBe(400);
  expect(await sign({ alg: 'RS256', value: 'short' })).toBe(400);
});
