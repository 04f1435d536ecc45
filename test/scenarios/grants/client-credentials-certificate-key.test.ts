import { randomUUID } from 'node:crypto';
import type { CertificateOptions } from '../../../local/emulators/key-vault/certificate-store.ts';
import { startScenario, seed } from '../../support/scenario.ts';
import { assertionOf, claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp } = seed;

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.keyVault.reset();
});

/** The app's identity has the roles for secrets and certificates, but not the role for keys. */
async function startAppThatMayNotSign(certificateName: string, options: CertificateOptions) {
  const identity = { clientId: randomUUID(), principalId: randomUUID() };
  scenario.identityEndpoint.assign(identity);
  scenario.keyVault.allow(identity.principalId, ['secrets', 'certificates']);
  const { certificatePem } = await scenario.keyVault.setCertificate(certificateName, options);
  scenario.entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificatePem);
  return scenario.startApp({
    settings: { AZURE_CLIENT_ID: identity.clientId },
    files: openProfiles({
      sales: {
        grant: 'client_credentials',
        tenantId,
        clientId: personApp.clientId,
        credential: { certificate: certificateName },
      },
    }),
  });
}

test.each(['application/x-pem-file', 'application/x-pkcs12'] as const)(
  'if the vault may not sign, the key from its %s secret signs',
  async (contentType) => {
    const { token } = await startAppThatMayNotSign(contentType.replace(/\W/g, '-'), { contentType });

    const { status, body } = await token({ params: { profile: 'sales' } });

    expect([status, claimsOf(body)['appid']]).toEqual([200, personApp.clientId]);
    expect(assertionOf(tokenForms(scenario.entra)[0]).header).toMatchObject({ alg: 'PS256' });
  },
);

test('the vault is not asked to sign again after a refusal', async () => {
  const { token } = await startAppThatMayNotSign('asked-once', { contentType: 'application/x-pem-file' });

  await token({ params: { profile: 'sales' } });
  scenario.clock.advance(3_000_000);
  await token({ params: { profile: 'sales' }, query: '?min_ttl=3500' });

  const signatures = scenario.keyVault.requests.filter(({ path, status }) => path.endsWith('/sign') && status === 403);
  expect([tokenForms(scenario.entra).length, signatures.length]).toEqual([2, 1]);
});

test.each(['application/x-pem-file', 'application/x-pkcs12'] as const)(
  'a non-exportable key, in a %s secret, is reported with the missing role',
  async (contentType) => {
    const { token } = await startAppThatMayNotSign(`kept-${contentType.replace(/\W/g, '-')}`, {
      contentType,
      exportable: false,
    });

    const { status, body } = await token({ params: { profile: 'sales' } });

    expect([status, body['code'], body['upstream'], body['hint']]).toEqual([
      502,
      'secret_unavailable',
      { service: 'key-vault' },
      'Assign the role "Key Vault Crypto User" to the function app\'s identity, so that the vault can sign.',
    ]);
  },
);
