import { powerBiResources } from './azure-resources.ts';
import type { EntraEmulator } from './entra/entra.ts';
import type { IdentityEndpointEmulator } from './identity-endpoint.ts';
import type { KeyVaultEmulator } from './key-vault/key-vault.ts';
import type { PowerBiEmulator } from './power-bi/power-bi.ts';
import { seed } from './seed.ts';

interface SeededEmulators {
  readonly identityEndpoint: IdentityEndpointEmulator;
  readonly keyVault: KeyVaultEmulator;
  readonly entra: EntraEmulator;
  readonly powerBi: PowerBiEmulator;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Fills the stand-ins with the data of a configured tenant, so that the function app works at once. */
export async function seedEmulators(emulators: SeededEmulators, nowMs: number): Promise<void> {
  seedEntra(emulators.entra);
  seedIdentities(emulators);
  seedVault(emulators.keyVault, nowMs);
  seedPowerBi(emulators.powerBi);
  await seedCertificate(emulators);
}

function seedEntra(entra: EntraEmulator): void {
  const { tenantId, tenantDomain, app, personApp, browserApp, userAssignedIdentity, users } = seed;
  // Power Query requests user_impersonation, other clients the scope of their settings.
  const personAppScopes = { [`api://${personApp.clientId}`]: ['access_as_user', 'user_impersonation'] };
  entra.addTenant(tenantId, [tenantDomain]);
  entra.register({ tenantId, clientId: app.clientId, objectId: app.objectId, secrets: [app.secret] });
  entra.register({
    tenantId,
    clientId: personApp.clientId,
    objectId: personApp.objectId,
    secrets: [personApp.secret],
    redirectUris: [personApp.redirectUri],
    // People may request a token for this API itself: a local caller then has one for on-behalf-of.
    delegatedScopes: { ...powerBiScopes(), ...personAppScopes },
  });
  entra.register({
    tenantId,
    clientId: browserApp.clientId,
    objectId: browserApp.objectId,
    spaRedirectUris: [browserApp.redirectUri],
    delegatedScopes: { ...powerBiScopes(), ...personAppScopes },
  });
  entra.addFederatedCredential(
    { tenantId, clientId: personApp.clientId },
    {
      issuer: `${entra.url}/${tenantId}/v2.0`,
      subject: userAssignedIdentity.principalId,
      audience: 'api://AzureADTokenExchange',
    },
  );
  for (const { upn, password, oid } of Object.values(users)) entra.addUser({ tenantId, upn, password, oid });
}

function powerBiScopes(): Record<string, readonly string[]> {
  const names = ['Dataset.Read.All', 'Report.Read.All', 'Workspace.Read.All'];
  return Object.fromEntries(powerBiResources.map((resource) => [resource, names]));
}

/** The second registration may also authenticate with a certificate whose key does not leave the vault. */
async function seedCertificate({ keyVault, entra }: SeededEmulators): Promise<void> {
  const { tenantId, personApp } = seed;
  const { certificatePem } = await keyVault.setCertificate(personApp.certificateName, { exportable: false });
  entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificatePem);
}

function seedIdentities({ identityEndpoint }: SeededEmulators): void {
  identityEndpoint.systemAssigned = seed.systemAssignedIdentity;
  identityEndpoint.assign(seed.userAssignedIdentity);
}

function seedVault(keyVault: KeyVaultEmulator, nowMs: number): void {
  const { app, personApp, users, cookieKeySecretName, systemAssignedIdentity, userAssignedIdentity } = seed;
  const expiresOn = new Date(nowMs + app.secretExpiresInDays * dayMs);
  keyVault.setSecret(app.secretName, app.secret, { expiresOn });
  keyVault.setSecret(personApp.secretName, personApp.secret, { expiresOn });
  keyVault.setSecret(users.ada.passwordSecretName, users.ada.password);
  keyVault.setSecret(cookieKeySecretName, 'a-cookie-key-for-this-machine-only-0123456789');
  keyVault.allow(systemAssignedIdentity.principalId);
  keyVault.allow(userAssignedIdentity.principalId);
}

function seedPowerBi(powerBi: PowerBiEmulator): void {
  const { app, personApp, systemAssignedIdentity, userAssignedIdentity, users, workspace } = seed;
  powerBi.addWorkspace({
    id: workspace.id,
    name: 'Sales and payroll',
    members: [
      app.objectId,
      personApp.objectId,
      systemAssignedIdentity.principalId,
      userAssignedIdentity.principalId,
      users.ada.oid,
    ],
    datasets: [
      { id: workspace.salesDatasetId, name: 'Sales' },
      { id: workspace.payrollDatasetId, name: 'Payroll', hasRowLevelSecurity: true, roles: ['Employee', 'Manager'] },
    ],
    reports: [
      { id: workspace.salesReportId, name: 'Sales', datasetId: workspace.salesDatasetId },
      { id: workspace.payrollReportId, name: 'Payroll', datasetId: workspace.payrollDatasetId },
      {
        id: workspace.invoiceReportId,
        name: 'Invoices',
        isPaginated: true,
        modelIds: [workspace.salesDatasetId],
      },
    ],
    dashboards: [
      {
        id: workspace.dashboardId,
        name: 'Sales today',
        tiles: [
          { id: workspace.salesTileId, title: 'Sales this week', datasetId: workspace.salesDatasetId },
          { id: workspace.textTileId, title: 'A note' },
        ],
      },
    ],
  });
  powerBi.addPersonalDataset(users.ada.oid, { name: "Ada's own figures" });
}
