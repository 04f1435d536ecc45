// The account that Functions itself needs: the deployed package, host keys and locks. Reached by identity alone.

import { roles } from 'roles.bicep'

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags object

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('Redundancy of the account.')
param sku 'Standard_LRS' | 'Standard_ZRS'

@description('Shut off from the internet: only the private endpoint reaches it.')
param isolateNetwork bool

@description('Principal id of the identity that the function app runs as.')
param functionPrincipalId string

var packageContainerName = 'packages'

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' = {
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
    publicNetworkAccess: isolateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolateNetwork ? 'Deny' : 'Allow'
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

// Owner and not Contributor: the host takes leases and writes its keys, and with less it fails to start.
resource functionOwnsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storageAccount.id, functionPrincipalId, roles.storageBlobDataOwner)
  scope: storageAccount
  properties: {
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
  }
}

@description('Resource id of the storage account.')
output storageAccountId string = storageAccount.id

@description('Address of the blob service, with a slash at its end.')
output blobServiceUri string = storageAccount.properties.primaryEndpoints.blob

@description('Address of the container that holds the deployed package.')
output packageContainerUri string = '${storageAccount.properties.primaryEndpoints.blob}${packageContainerName}'
