// For azd: creates the resource group, then deploys main.bicep into it. `az deployment group` does not need this file.

targetScope = 'subscription'

import { resourceNames, subnetIds, zoneIds } from 'types.bicep'
import { stageName } from 'stages.bicep'

@description('Name of the azd environment, and part of the name of the resource group.')
@minLength(1)
@maxLength(60)
param environmentName string

@description('Region of the resources.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('The stage.')
param stage stageName = 'dev'

// The parameters of main.bicep, which describes them. Null means its default.
param workload string?
param names resourceNames?
param extraTags { *: string }?
param powerBiTenantId string?
param powerBiClientId string?
param powerBiCloud ('public' | 'gcc' | 'gcchigh' | 'dod' | 'china')?
param clientSecretName string?
param profilesFile string?
param readableSecretNames string[]?
param usesCertificates bool?
param vaultOfficerId string?
param vaultOfficerType ('Group' | 'ServicePrincipal' | 'User')?
param lockVault bool?
param callerAuth ('' | 'key' | 'entra' | 'oidc' | 'easyauth' | 'entra,easyauth')?
param callerIssuer string?
param callerTenantId string?
param callerAudience string?
param callerClientId string?
param callerApplications string[]?
param callerRatePerMinute int?
param publicUrl string?
param signIn bool?
param signInReturnOrigins string[]?
param signInCookieSecretName string?
param extraSettings { *: string }?
param corsOrigins string[]?
param corsCredentials bool?
param allowedAddresses string[]?
param isolateNetwork bool?
param joinOnly bool?
param addressPrefix string?
param operatorAddresses string[]?
param operatorNetworks string[]?
param privateInbound bool?
param existingSubnetIds subnetIds?
param existingZoneIds zoneIds?
param workspaceId string?
param nodeVersion ('22' | '24')?
param instanceMemoryMB (512 | 2048 | 4096)?
param alwaysReadyInstances int?
param maximumInstanceCount int?
param zoneRedundant bool?
param rollingUpdate bool?
param alertEmails string[]?
param monthlyBudget int?
param budgetStartDate string?

// The person who deploys may write secrets, unless another group or person is set. A program has no user principal name.
var deployerType = empty(deployer().?userPrincipalName) ? 'ServicePrincipal' : 'User'

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
    workload: workload
    names: names
    extraTags: extraTags
    powerBiTenantId: powerBiTenantId
    powerBiClientId: powerBiClientId
    powerBiCloud: powerBiCloud
    clientSecretName: clientSecretName
    profilesFile: profilesFile
    readableSecretNames: readableSecretNames
    usesCertificates: usesCertificates
    vaultOfficerId: vaultOfficerId ?? deployer().objectId
    vaultOfficerType: vaultOfficerId == null ? deployerType : vaultOfficerType
    lockVault: lockVault
    callerAuth: callerAuth
    callerIssuer: callerIssuer
    callerTenantId: callerTenantId
    callerAudience: callerAudience
    callerClientId: callerClientId
    callerApplications: callerApplications
    callerRatePerMinute: callerRatePerMinute
    publicUrl: publicUrl
    signIn: signIn
    signInReturnOrigins: signInReturnOrigins
    signInCookieSecretName: signInCookieSecretName
    extraSettings: extraSettings
    corsOrigins: corsOrigins
    corsCredentials: corsCredentials
    allowedAddresses: allowedAddresses
    isolateNetwork: isolateNetwork
    joinOnly: joinOnly
    addressPrefix: addressPrefix
    operatorAddresses: operatorAddresses
    operatorNetworks: operatorNetworks
    privateInbound: privateInbound
    existingSubnetIds: existingSubnetIds
    existingZoneIds: existingZoneIds
    workspaceId: workspaceId
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundant
    rollingUpdate: rollingUpdate
    alertEmails: alertEmails
    monthlyBudget: monthlyBudget
    budgetStartDate: budgetStartDate
  }
}

// azd keeps outputs as variables of its environment, so they have the names of variables.

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = main.outputs.functionAppName

@description('URL of the function app.')
output AZURE_FUNCTION_APP_URL string = main.outputs.functionAppUrl

@description('Name of the vault.')
output AZURE_KEY_VAULT_NAME string = main.outputs.keyVaultName

@description('Principal (object) id of the identity of the app: the subject of a federated credential.')
output AZURE_IDENTITY_PRINCIPAL_ID string = main.outputs.identityPrincipalId

@description('The next command. Empty without powerBiClientId.')
output NEXT_COMMAND string = main.outputs.nextCommand
