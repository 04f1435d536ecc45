// The identities that GitHub Actions acts as, with no secret on either side. One deploys; the other may only look, so that
// a pull request, which can change the workflow itself, never holds the right to change anything.
// Deployed once for each stage, by an owner of the resource group: a role is made here, which takes more than giving one.

targetScope = 'resourceGroup'

import { roles } from 'modules/roles.bicep'
import { stageName } from 'stages.bicep'

@description('Region of the identities.')
param location string = resourceGroup().location

@description('Which stage this is; also the name of GitHub\'s environment.')
param stage stageName

@description('How GitHub begins the subject of its tokens: repo:OWNER/REPO, or for repositories made, renamed or moved since July 2026 repo:OWNER@OWNER_ID/REPO@REPOSITORY_ID.')
param subjectPrefix string

@description('Short name of what is deployed; part of every name.')
param workload string = 'pbitoken'

@description('Who issues the tokens; another address for GitHub Enterprise Server.')
param issuer string = 'https://token.actions.githubusercontent.com'

// The deployer may hand out these roles and no others: with RBAC Administrator alone it could make itself Owner.
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

  // An environment of its own, for its variables: that of the stage would give a pull request the deployer's subject.
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
    // Names of roles are unique in a tenant, names of resource groups are not.
    roleName: 'What-if of ${resourceGroup().name} (${uniqueString(resourceGroup().id)})'
    description: 'Ask what a deployment would change, and change nothing.'
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

@description('Client id of the identity that looks: for dev the variable AZURE_PLANNER_CLIENT_ID of the repository.')
output plannerClientId string = planner.properties.clientId

@description('Tenant of both: the variable AZURE_TENANT_ID.')
output tenantId string = tenant().tenantId
