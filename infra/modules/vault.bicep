// The vault that holds the secrets, who may read them, and the log of who did.
// No secret is written here: a value in a template would stand in the history of deployments.

import { roles } from 'roles.bicep'

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags object

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('How long a deleted vault keeps its name and its secrets. It cannot be changed afterwards.')
@minValue(7)
@maxValue(90)
param softDeleteRetentionInDays int

@description('Shut off from the internet, but for the addresses of operators.')
param isolateNetwork bool

@description('Addresses (CIDR) from which operators may still reach an isolated vault, to store a secret.')
param operatorAddresses string[]

@description('Principal id of the identity that the function app runs as.')
param functionPrincipalId string

@description('Secrets that stand in the vault already: the function may then read these alone. None: every secret of this vault.')
param readableSecretNames string[]

@description('The function may also sign with keys of the vault and read certificates.')
param usesCertificates bool

@description('Principal id of the group or person that may write secrets; empty for nobody.')
param secretOfficerId string

@description('What kind of principal that is.')
param secretOfficerType 'Group' | 'ServicePrincipal' | 'User'

@description('Resource id of the workspace that takes the audit log.')
param workspaceId string

var openToOperatorsAlone = isolateNetwork && !empty(operatorAddresses)
var certificateRoles = usesCertificates ? [roles.keyVaultCertificateUser, roles.keyVaultCryptoUser] : []

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
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
    publicNetworkAccess: isolateNetwork && !openToOperatorsAlone ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Function apps are not among the services that a bypass lets through, so it would open the vault to others for nothing.
      bypass: 'None'
      defaultAction: isolateNetwork ? 'Deny' : 'Allow'
      ipRules: [for address in operatorAddresses: { value: address }]
    }
  }
}

resource functionReadsVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (empty(readableSecretNames)) {
  name: guid(vault.id, functionPrincipalId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

resource readableSecrets 'Microsoft.KeyVault/vaults/secrets@2026-02-01' existing = [
  for secretName in readableSecretNames: {
    parent: vault
    name: secretName
  }
]

resource functionReadsSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secretName, index) in readableSecretNames: {
    name: guid(vault.id, secretName, functionPrincipalId, roles.keyVaultSecretsUser)
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
    name: guid(vault.id, functionPrincipalId, role)
    scope: vault
    properties: {
      principalId: functionPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource officerWritesSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(secretOfficerId)) {
  name: guid(vault.id, secretOfficerId, roles.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: secretOfficerId
    principalType: secretOfficerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
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
