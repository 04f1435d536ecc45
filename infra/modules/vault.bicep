// The vault that holds the secrets, the roles that read and write them, and the log of each access.
// No secret is written here: Azure would keep its value in the history of deployments.

import { roles } from 'roles.bicep'

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.KeyVault/vaults@2026-05-15'>.tags

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('How long a deleted vault keeps its name and its secrets. It cannot be changed afterwards.')
@minValue(7)
@maxValue(90)
param softDeleteRetentionInDays int

@description('Closed to the internet, except for operatorAddresses.')
param isClosed bool

@description('Addresses (CIDR) from which people may still reach a closed vault, to store a secret.')
param operatorAddresses string[]

@description('Resource id of the identity that the function app runs as.')
param functionIdentityId string

@description('Principal id of that identity.')
param functionPrincipalId string

@description('Secrets that are in the vault already. The function may then read only these. Empty: every secret of this vault.')
param readableSecretNames string[]

@description('The function may also sign with keys of the vault and read certificates.')
param usesCertificates bool

@description('Principal id of the group or person that may write secrets. Empty: the deployment gives this right to no one.')
param vaultOfficerId string

@description('Kind of that principal.')
param vaultOfficerType 'Group' | 'ServicePrincipal' | 'User'

@description('Put a lock on the vault, so that nothing deletes it by mistake.')
param lockVault bool

@description('Resource id of the workspace that takes the audit log.')
param workspaceId string

var isOpenToOperators = isClosed && !empty(operatorAddresses)
var certificateRoles = usesCertificates ? [roles.keyVaultCertificateUser, roles.keyVaultCryptoUser] : []

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: softDeleteRetentionInDays
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isClosed && !isOpenToOperators ? 'Disabled' : 'Enabled'
    networkAcls: {
      // A bypass does not let function apps through. It would only open the vault to other services.
      bypass: 'None'
      defaultAction: isClosed ? 'Deny' : 'Allow'
      ipRules: [for address in operatorAddresses: { value: address }]
    }
  }
}

resource functionReadsVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (empty(readableSecretNames)) {
  name: guid(vault.id, functionIdentityId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

resource readableSecrets 'Microsoft.KeyVault/vaults/secrets@2026-05-15' existing = [
  for secretName in readableSecretNames: {
    parent: vault
    name: secretName
  }
]

resource functionReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secretName, index) in readableSecretNames: {
    name: guid(vault.id, secretName, functionIdentityId, roles.keyVaultSecretsUser)
    scope: readableSecrets[index]
    properties: {
      principalId: functionPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    }
  }
]

resource functionUsesCertificates 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in certificateRoles: {
    name: guid(vault.id, functionIdentityId, role)
    scope: vault
    properties: {
      principalId: functionPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource officerWritesSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(vaultOfficerId)) {
  name: guid(vault.id, vaultOfficerId, roles.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: vaultOfficerId
    principalType: vaultOfficerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (lockVault) {
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the credentials of the Power BI token function. See "Removing it" in docs/operations.md.'
  }
}

#disable-next-line use-recent-api-versions // The version before is of 2016 and knows no dedicated tables.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    // The table AZKVAuditLogs, and not the one that all kinds of resources share.
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the vault.')
output vaultId string = vault.id

@description('Name of the vault.')
output vaultName string = vault.name

@description('Address of the vault, without a slash at its end.')
output vaultUri string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
