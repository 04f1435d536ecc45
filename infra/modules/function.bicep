// The plan and the app. Its settings and App Service Authentication have files of their own.

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Web/sites@2025-03-01'>.tags

@description('More tags of the app: azd finds the app by one of them.')
param appTags resourceInput<'Microsoft.Web/sites@2025-03-01'>.tags

@description('Name of the plan. A Flex Consumption plan carries one app.')
param planName string

@description('Name of the function app.')
param functionAppName string

@description('Resource id of the identity that the app runs as.')
param identityId string

@description('Address of the container that takes the deployed package.')
param packageContainerUri string

@description('Version of Node.js.')
param nodeVersion '22' | '24'

@description('Memory of one instance in megabytes.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Instances that run even without requests.')
@minValue(0)
@maxValue(1000)
param alwaysReadyInstances int

@description('Highest number of instances.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Spread instances over availability zones. It needs two always-ready instances or more.')
param zoneRedundant bool

@description('Replace instances a few at a time on a deployment. In preview: not every region has it.')
param rollingUpdate bool

@description('Resource id of the subnet that the app sends from. Empty: none.')
param subnetId string

@description('Origins of browsers that may read answers.')
param corsOrigins string[]

@description('Browsers may send cookies along with such calls.')
param corsCredentials bool

@description('Addresses (CIDR) that may call the app. Empty: every address.')
param allowedAddresses string[]

@description('The internet reaches neither the app nor its deployment site: only a private endpoint does.')
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
    // Null, not an empty string: Azure takes that for a malformed id.
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
      // A preview that the type does not know yet. Left out unless chosen: a region without it may refuse the property.
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
    // One after the other: Azure answers with a conflict when both change the site at the same time.
    dependsOn: [ftpPublishing]
  }
}

@description('Name of the function app.')
output functionAppName string = functionApp.name

@description('Resource id of the function app.')
output functionAppId string = functionApp.id

@description('Address of the function app, without a slash at its end.')
output functionAppUrl string = 'https://${functionApp.properties.defaultHostName}'
