// The vault, the roles that read and write its secrets, and the log of each access.
// This file writes no secret, because Azure would keep its value in the history of deployments.

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

@description('true: no public access, except from operatorAddresses.')
param isClosed bool

@description('Public IP addresses (CIDR) from which people may reach a closed vault, to store a secret.')
param operatorAddresses string[]

@description('Resource id of the identity of the app.')
param functionIdentityId string

@description('Principal id of that identity.')
param functionPrincipalId string

@description('Existing secrets of the vault. The app may then read only these. Empty: every secret of this vault.')
param readableSecretNames string[]

@description('true: the app may also sign with keys of the vault and read certificates.')
param usesCertificates bool

@description('Principal id of the group or person that may write secrets. Empty: the deployment assigns this right to no principal.')
param vaultOfficerId string

@description('Type of the principal in vaultOfficerId.')
param vaultOfficerType 'Group' | 'ServicePrincipal' | 'User'

@description('true: add a delete lock to the vault.')
param lockVault bool

@description('Resource id of the workspace for the audit log.')
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
      // A bypass does not include function apps. It would only let other services in.
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

#disable-next-line use-recent-api-versions // The other version is from 2016 and has no dedicated tables.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    // Writes to the table AZKVAuditLogs, not to the table that all kinds of resources share.
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the vault.')
output vaultId string = vault.id

@description('Name of the vault.')
output vaultName string = vault.name

@description('URL of the vault, without a slash at its end.')
output vaultUri string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
