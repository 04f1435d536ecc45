// The plan and the app. Its settings and App Service Authentication are in other files.

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Web/sites@2025-03-01'>.tags

@description('More tags of the app. azd finds the app by one of them.')
param appTags resourceInput<'Microsoft.Web/sites@2025-03-01'>.tags

@description('Name of the plan. A Flex Consumption plan has one app.')
param planName string

@description('Name of the function app.')
param functionAppName string

@description('Resource id of the identity of the app.')
param identityId string

@description('URL of the container of the deployed package.')
param packageContainerUri string

@description('Version of Node.js.')
param nodeVersion '22' | '24'

@description('Memory of one instance in megabytes.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Number of instances that run even without requests.')
@minValue(0)
@maxValue(1000)
param alwaysReadyInstances int

@description('Highest number of instances.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('true: spread instances over availability zones. Requires at least two always-ready instances.')
param zoneRedundant bool

@description('true: a deployment replaces a few instances at a time. This is a preview: not every region has it.')
param rollingUpdate bool

@description('Resource id of the subnet of the app. Empty: none.')
param subnetId string

@description('Origins whose pages may read answers (CORS).')
param corsOrigins string[]

@description('true: pages of these origins may send cookies.')
param corsCredentials bool

@description('IP addresses (CIDR) that may call the app. Empty: every address.')
param allowedAddresses string[]

@description('true: the app and its deployment site have no public access, only a private endpoint.')
param isClosed bool

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource functionApp 'Microsoft.Web/sites@2025-03-01' = {
  name: functionAppName
  location: location
  tags: union(tags, appTags)
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    keyVaultReferenceIdentity: identityId
    // Null, because Azure rejects an empty string as a malformed id.
    virtualNetworkSubnetId: !empty(subnetId) ? subnetId : null
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
      // A preview that the type does not contain yet. Left out by default, because a region without it may refuse the property.
      ...any(rollingUpdate ? { siteUpdateStrategy: { type: 'RollingUpdate' } } : {})
    }
    // Flex Consumption refuses ftpsState, linuxFxVersion and alwaysOn here (error 51021).
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      remoteDebuggingEnabled: false
      cors: {
        allowedOrigins: corsOrigins
        supportCredentials: corsCredentials
      }
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (address, index) in allowedAddresses: {
          name: 'allowed-${index}'
          action: 'Allow'
          priority: 100 + index
          ipAddress: address
        }
      ]
    }
  }

  // With both of these off, only an Entra token can deploy.
  resource ftpPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scmPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
    // Sequential, because Azure returns a conflict if both change the site at the same time.
    dependsOn: [ftpPublishing]
  }
}

@description('Name of the function app.')
output functionAppName string = functionApp.name

@description('Resource id of the function app.')
output functionAppId string = functionApp.id

@description('URL of the function app, without a slash at its end.')
output functionAppUrl string = 'https://${functionApp.properties.defaultHostName}'
