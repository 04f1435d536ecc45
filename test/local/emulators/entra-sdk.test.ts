import { ClientCertificateCredential, ClientSecretCredential, OnBehalfOfCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { powerBiResource, powerBiScope } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { tenantId, app, personApp, users } = seed;
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
});

afterAll(() => emulators.close());

function options(): { authorityHost: string; disableInstanceDiscovery: boolean } {
  return { authorityHost: emulators.entra.url, disableInstanceDiscovery: true };
}

test('the real ClientSecretCredential gets a Power BI token', async () => {
  const credential = new ClientSecretCredential(tenantId, app.clientId, app.secret, options());
  const { token } = await credential.getToken(powerBiScope);
  expect(decodeJwt(token)).toMatchObject({ aud: powerBiResource, appid: app.clientId });
});

test('the real ClientSecretCredential reports the AADSTS code of a refusal', async () => {
  const credential = new ClientSecretCredential(tenantId, app.clientId, 'wrong', options());
  await expect(credential.getToken(powerBiScope)).rejects.toThrow(/AADSTS7000215/);
});

test('the real ClientCertificateCredential gets a token with a certificate from the vault', async () => {
  const certificate = await emulators.keyVault.setCertificate('msal', { contentType: 'application/x-pem-file' });
  emulators.entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificate.certificatePem);
  const key = certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const pem = { certificate: key + certificate.certificatePem };
  const credential = new ClientCertificateCredential(tenantId, personApp.clientId, pem, options());
  const { token } = await credential.getToken(powerBiScope);
  expect(decodeJwt(token)).toMatchObject({ aud: powerBiResource, appid: personApp.clientId });
});

test("the real OnBehalfOfCredential turns a caller's token into their Power BI token", async () => {
  const audience = personApp.clientId;
  const userAssertionToken = await emulators.entra.issueCallerToken({ tenantId, audience, upn: users.ada.upn });
  const credential = new OnBehalfOfCredential({
    tenantId,
    clientId: personApp.clientId,
    clientSecret: personApp.secret,
    userAssertionToken,
    ...options(),
  });
  const { token } = await credential.getToken(powerBiScope);
  expect(decodeJwt(token)).toMatchObject({ aud: powerBiResource, oid: users.ada.oid });
});
