import { randomUUID } from 'node:crypto';
import { startScenario, seed } from '../../support/scenario.ts';
import { assertionOf, claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openOnly, openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp, userAssignedIdentity } = seed;
const HINT = /federated credential must name the issuer .*Certificates & secrets > Federated credentials/;
const federatedProfile = (managedIdentity: string, clientId: string = personApp.clientId) =>
  ({ grant: 'client_credentials', tenantId, clientId, credential: { managedIdentity } }) as const;

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.keyVault.reset();
});

test('the token of a managed identity replaces a secret, and Key Vault is not needed', async () => {
  const { token } = scenario.startApp({
    settings: { KEY_VAULT_URI: undefined, POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
    files: openOnly({ sales: federatedProfile(userAssignedIdentity.clientId) }),
  });

  const { status, body } = await token({ params: { profile: 'sales' } });

  const [form] = tokenForms(scenario.entra);
  expect([status, claimsOf(body)['appid']]).toEqual([200, personApp.clientId]);
  expect(assertionOf(form).claims).toMatchObject({
    sub: userAssignedIdentity.principalId,
    aud: 'api://AzureADTokenExchange',
  });
  expect(form).not.toHaveProperty('client_secret');
  expect(scenario.keyVault.requests).toEqual([]);
});

test('the profile may name another audience than that of its cloud', async () => {
  const audience = 'api://AzureADTokenExchangeUSGov';
  const registration = scenario.entra.register({ tenantId, clientId: randomUUID() });
  const issuer = `${scenario.entra.url}/${tenantId}/v2.0`;
  scenario.entra.addFederatedCredential(registration, { issuer, subject: userAssignedIdentity.principalId, audience });
  const profile = federatedProfile(userAssignedIdentity.clientId, registration.clientId);
  const { token } = scenario.startApp({
    files: openProfiles({ sales: { ...profile, credential: { ...profile.credential, audience } } }),
  });
  const { status, body } = await token({ params: { profile: 'sales' } });
  expect([status, claimsOf(body)['appid']]).toEqual([200, registration.clientId]);
});

test('an identity that is not the subject of a federated credential is reported with what to set', async () => {
  const stranger = { clientId: randomUUID(), principalId: randomUUID() };
  scenario.identityEndpoint.assign(stranger);
  const { token } = scenario.startApp({ files: openProfiles({ sales: federatedProfile(stranger.clientId) }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    expect.objectContaining({ service: 'issuer', code: 'AADSTS700213' }),
    expect.stringMatching(HINT),
  ]);
});

test('a federated credential with the audience of another cloud is reported with what to set', async () => {
  const registration = scenario.entra.register({ tenantId, clientId: randomUUID() });
  scenario.entra.addFederatedCredential(registration, {
    issuer: `${scenario.entra.url}/${tenantId}/v2.0`,
    subject: userAssignedIdentity.principalId,
    audience: 'api://AzureADTokenExchangeUSGov',
  });
  const { token } = scenario.startApp({
    files: openProfiles({ sales: federatedProfile(userAssignedIdentity.clientId, registration.clientId) }),
  });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    expect.objectContaining({ service: 'issuer', code: 'AADSTS700212' }),
    expect.stringMatching(HINT),
  ]);
});

test('an identity that is not assigned to the function app is reported as a wrong setting', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: federatedProfile(randomUUID()) }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream'], body['detail']]).toEqual([
    500,
    'misconfigured',
    { service: 'identity-endpoint', status: 400, correlation_id: expect.any(String) },
    'The managed identity endpoint knows no identity with this client id (AZURE_CLIENT_ID, or the one that the profile names) (HTTP 400).',
  ]);
});
