// The account that the Functions host needs for the deployed package, host keys and locks. Only identities can reach it.

import { roles } from 'roles.bicep'

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Storage/storageAccounts@2026-06-01'>.tags

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('Redundancy of the account.')
param sku 'Standard_LRS' | 'Standard_ZRS'

@description('true: no public access, only the private endpoint.')
param isClosed bool

@description('Resource id of the identity of the app.')
param functionIdentityId string

@description('Principal id of that identity.')
param functionPrincipalId string

@description('Resource id of the workspace for the log.')
param workspaceId string

var packageContainerName = 'packages'

resource storageAccount 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: storageAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isClosed ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource packages 'containers' = {
      name: packageContainerName
      properties: { publicAccess: 'None' }
    }
  }
}

// Owner, not Contributor: the host acquires leases and writes its keys. With Contributor it does not start.
resource functionOwnsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storageAccount.id, functionIdentityId, roles.storageBlobDataOwner)
  scope: storageAccount
  properties: {
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
  }
}

// Shows who replaced the package. Reads are not logged, because the host reads continuously.
#disable-next-line use-recent-api-versions // The other version is from 2016 and has fewer properties.
resource writes 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'writes'
  scope: storageAccount::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

@description('Resource id of the storage account.')
output storageAccountId string = storageAccount.id

@description('URL of the blob service, with a slash at its end.')
output blobServiceUri string = storageAccount.properties.primaryEndpoints.blob

@description('URL of the container of the deployed package.')
output packageContainerUri string = '${storageAccount.properties.primaryEndpoints.blob}${packageContainerName}'
