// The identities that GitHub Actions acts as, with no secret on either side. One deploys. The other may only look: a pull
// request can change the workflow itself, so it must never have the right to change a resource.
// Deployed once for each stage, by an owner of the resource group: only an owner may write the roles that are made here.

targetScope = 'resourceGroup'

import { roles } from 'modules/roles.bicep'
import { stageName } from 'stages.bicep'

@description('Region of the identities.')
param location string = resourceGroup().location

@description('Which stage this is; also the name of GitHub\'s environment.')
param stage stageName

@description('How GitHub begins the subject of its tokens: repo:OWNER/REPO. For repositories made, renamed or moved since July 2026: repo:OWNER@OWNER_ID/REPO@REPOSITORY_ID.')
param subjectPrefix string

@description('Short name of what is deployed; part of every name.')
param workload string = 'pbitoken'

@description('Issuer of the tokens. GitHub Enterprise Server has an address of its own.')
param issuer string = 'https://token.actions.githubusercontent.com'

// The deployer may assign these roles and no others. Without this condition it could make itself Owner.
var assignableRoles = join(
  [
    roles.keyVaultCertificateUser
    roles.keyVaultCryptoUser
    roles.keyVaultSecretsOfficer
    roles.keyVaultSecretsUser
    roles.monitoringMetricsPublisher
    roles.storageBlobDataOwner
  ],
  ', '
)
var condition = '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${assignableRoles}})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${assignableRoles}}))'

resource deployer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${workload}-${stage}-deployer'
  location: location

  resource environmentTrust 'federatedIdentityCredentials' = {
    name: 'github-environment-${stage}'
    properties: {
      issuer: issuer
      subject: '${subjectPrefix}:environment:${stage}'
      audiences: ['api://AzureADTokenExchange']
    }
  }
}

resource planner 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${workload}-${stage}-planner'
  location: location

  // An environment of its own. The one of the stage would give a pull request the deployer's subject.
  resource whatIfTrust 'federatedIdentityCredentials' = {
    name: 'github-environment-what-if'
    properties: {
      issuer: issuer
      subject: '${subjectPrefix}:environment:what-if'
      audiences: ['api://AzureADTokenExchange']
    }
  }
}

resource whatIfRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, workload, 'what-if')
  properties: {
    // Names of roles are unique in a tenant. Names of resource groups are not.
    roleName: 'What-if of ${resourceGroup().name} (${uniqueString(resourceGroup().id)})'
    description: 'Ask what a deployment would change, without changing it.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Resources/deployments/whatIf/action'
          'Microsoft.Resources/deployments/validate/action'
        ]
      }
    ]
  }
}

resource lockRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, workload, 'lock')
  properties: {
    roleName: 'Lock of ${resourceGroup().name} (${uniqueString(resourceGroup().id)})'
    description: 'Put a lock on a resource. Removing one takes an owner.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/locks/read'
          'Microsoft.Authorization/locks/write'
        ]
      }
    ]
  }
}

resource deployerLocks 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, deployer.id, lockRole.id)
  properties: {
    principalId: deployer.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: lockRole.id
  }
}

resource deployerContributes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, deployer.id, roles.contributor)
  properties: {
    principalId: deployer.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.contributor)
  }
}

resource deployerAssignsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, deployer.id, roles.roleBasedAccessControlAdministrator)
  properties: {
    principalId: deployer.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.roleBasedAccessControlAdministrator
    )
    condition: condition
    conditionVersion: '2.0'
  }
}

resource plannerReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, planner.id, roles.reader)
  properties: {
    principalId: planner.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.reader)
  }
}

resource plannerAsksWhatIf 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, planner.id, whatIfRole.id)
  properties: {
    principalId: planner.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: whatIfRole.id
  }
}

@description('Client id of the identity that deploys: the variable AZURE_CLIENT_ID of GitHub\'s environment.')
output deployerClientId string = deployer.properties.clientId

@description('Client id of the identity that looks. For dev: the variable AZURE_PLANNER_CLIENT_ID of the repository.')
output plannerClientId string = planner.properties.clientId

@description('Tenant of both: the variable AZURE_TENANT_ID.')
output tenantId string = tenant().tenantId
