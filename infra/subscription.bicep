// For azd: makes the resource group, then deploys main.bicep into it. `az deployment group` does not need this file.

targetScope = 'subscription'

import { stageName } from 'stages.bicep'

@description('Name of the azd environment; also of the resource group.')
@minLength(1)
@maxLength(60)
param environmentName string

@description('Region of the resources.')
@minLength(1)
param location string

@description('Which stage this is.')
param stage stageName = 'dev'

// Both may be empty, and have a default for it: azd asks for what has none, and takes no empty answer.
@description('Tenant (id or domain) of the default profile. Empty where profiles.json has a default profile.')
param powerBiTenantId string = ''

@description('Application (client) id of the default profile. Empty where profiles.json has a default profile.')
param powerBiClientId string = ''

@description('Group or person (object id) that may write secrets; empty for nobody.')
param secretOfficerId string = ''

@description('What kind of principal that is.')
param secretOfficerType 'Group' | 'ServicePrincipal' | 'User' = 'User'

@description('Who may call; empty for what the stage says.')
param callerAuth '' | 'key' | 'entra' | 'easyauth' | 'entra,easyauth' = ''

@description('Tenant (id) of the callers; left out: powerBiTenantId, where that is an id; where that is empty, the tenant of the deployment.')
param callerTenantId string = ''

@description('Audiences of a caller\'s token, comma-separated.')
param callerAudience string = ''

@description('Client id of this API\'s registration, for App Service Authentication.')
param callerClientId string = ''

@description('Origins of browsers that may read answers, comma-separated.')
param corsOrigins string = ''

@description('Addresses (CIDR) from which an operator may still reach an isolated vault, comma-separated.')
param operatorAddresses string = ''

@description('Mail addresses for alerts, comma-separated; empty for no alerts.')
param alertEmails string = ''

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: { 'azd-env-name': environmentName }
}

module main 'main.bicep' = {
  name: 'main'
  scope: group
  params: {
    stage: stage
    location: location
    azdEnvironmentName: environmentName
    powerBiTenantId: powerBiTenantId
    powerBiClientId: powerBiClientId
    secretOfficerId: secretOfficerId
    secretOfficerType: secretOfficerType
    callerAuth: callerAuth
    callerTenantId: callerTenantId
    callerAudience: callerAudience
    callerClientId: callerClientId
    corsOrigins: empty(corsOrigins) ? [] : split(corsOrigins, ',')
    operatorAddresses: empty(operatorAddresses) ? [] : split(operatorAddresses, ',')
    alertEmails: empty(alertEmails) ? [] : split(alertEmails, ',')
  }
}

// azd keeps outputs as variables of its environment, hence such names.

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = main.outputs.functionAppName

@description('Address of the function app.')
output AZURE_FUNCTION_APP_URL string = main.outputs.functionAppUrl

@description('Name of the vault.')
output AZURE_KEY_VAULT_NAME string = main.outputs.keyVaultName

@description('Principal (object) id of the identity that the app runs as: the subject of a federated credential.')
output AZURE_IDENTITY_PRINCIPAL_ID string = main.outputs.identityPrincipalId

@description('The one command that is left; empty where there is no default registration to make a secret for.')
output NEXT_COMMAND string = main.outputs.nextCommand
