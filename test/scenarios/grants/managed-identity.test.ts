import { randomUUID } from 'node:crypto';
import { startScenario, seed } from '../../support/scenario.ts';
import { claimsOf } from '../../support/issuer-requests.ts';
import { openOnly, openProfiles } from '../../support/profiles-file.ts';

const { userAssignedIdentity, systemAssignedIdentity } = seed;
const RESOURCE = 'https://analysis.windows.net/powerbi/api';
const NO_DEFAULT = { KEY_VAULT_URI: undefined, POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined };

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.identityEndpoint.reset();
});

test('a user-assigned identity gets its own token, without an app registration, a secret or a vault', async () => {
  const { token } = scenario.startApp({
    settings: NO_DEFAULT,
    files: openOnly({ sales: { grant: 'managed_identity', clientId: userAssignedIdentity.clientId } }),
  });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['scope'], body['profile']]).toEqual([200, `${RESOURCE}/.default`, 'sales']);
  expect(claimsOf(body)).toMatchObject({ oid: userAssignedIdentity.principalId, aud: RESOURCE });
  expect(scenario.entra.requests).toEqual([]);
});

test('without a client id the profile uses the identity of AZURE_CLIENT_ID if that is set', async () => {
  const own = { clientId: randomUUID(), principalId: randomUUID() };
  scenario.identityEndpoint.assign(own);
  const { token } = scenario.startApp({
    settings: { ...NO_DEFAULT, AZURE_CLIENT_ID: own.clientId },
    files: openOnly({ sales: { grant: 'managed_identity' } }),
  });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, claimsOf(body)['oid']]).toEqual([200, own.principalId]);
});

test('without a client id and without AZURE_CLIENT_ID the profile uses the system-assigned identity', async () => {
  const { token } = scenario.startApp({
    settings: { ...NO_DEFAULT, AZURE_CLIENT_ID: undefined },
    files: openOnly({ sales: { grant: 'managed_identity' } }),
  });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, claimsOf(body)['oid']]).toEqual([200, systemAssignedIdentity.principalId]);
});

test('an unavailable identity endpoint is reported as an outage of that upstream', async () => {
  scenario.identityEndpoint.failWith({ kind: 'status', status: 503, body: {} });
  const { token } = scenario.startApp({ files: openProfiles({ sales: { grant: 'managed_identity' } }) });

  const { status, body, headers } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream'], headers.get('retry-after')]).toEqual([
    503,
    'upstream_unavailable',
    { service: 'identity-endpoint', status: 503 },
    expect.stringMatching(/^\d+$/),
  ]);
});
