// The identities of GitHub Actions, without a secret. One deploys. The other can only read: a pull request can change the
// workflow itself, so it must never have the right to change a resource.
// An owner of the resource group deploys this file once for each stage: only an owner can create the custom roles.

targetScope = 'resourceGroup'

import { roles } from 'modules/roles.bicep'
import { stageName } from 'stages.bicep'

@description('Region of the identities.')
param location string = resourceGroup().location

@description('The stage, and the name of GitHub\'s environment.')
param stage stageName

@description('The prefix of the sub claim in GitHub\'s tokens: repo:OWNER/REPO. For repositories created, renamed or moved since July 2026: repo:OWNER@OWNER_ID/REPO@REPOSITORY_ID.')
param subjectPrefix string

@description('Short name of the deployment, part of every name.')
param workload string = 'pbitoken'

@description('Issuer of the tokens. GitHub Enterprise Server has another issuer.')
param issuer string = 'https://token.actions.githubusercontent.com'

// The deployer may assign only these roles. Without this condition it could make itself Owner.
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

  // A separate environment. The environment of the stage would give a pull request the subject of the deployer.
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
    description: 'Preview the changes of a deployment.'
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
    description: 'Add a lock to a resource. Only an owner can remove it.'
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

@description('Client id of the identity that runs what-if. For dev: the variable AZURE_PLANNER_CLIENT_ID of the repository.')
output plannerClientId string = planner.properties.clientId

@description('Tenant of both: the variable AZURE_TENANT_ID.')
output tenantId string = tenant().tenantId
