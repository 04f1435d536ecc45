// The whole deployment, into one resource group: parameters, names, identity, wiring.
// The stage decides the value of a parameter that is left out: stages.bicep.

targetScope = 'resourceGroup'

import { consistsOf, faultIf, isFirstOfMonth, withoutPrefixLength } from 'checks.bicep'
import { stageName, stagePresets } from 'stages.bicep'
import { resourceNames, subnetIds, zoneIds } from 'types.bicep'

@description('Short name of the deployment, part of every name: lowercase letters, digits and hyphens, a letter first.')
@minLength(2)
@maxLength(8)
param workload string = 'pbitoken'

@description('The stage.')
param stage stageName

@description('Region of the resources.')
param location string = resourceGroup().location

@description('Your own resource names.')
param names resourceNames = {}

@description('More tags for every resource.')
param extraTags { *: string } = {}

@description('Tenant (id or domain) of the default profile. Empty if profiles.json has a default profile.')
param powerBiTenantId string = ''

@description('Application (client) id of the default profile. Empty if profiles.json has a default profile.')
param powerBiClientId string = ''

@description('The cloud of Power BI.')
param powerBiCloud 'public' | 'gcc' | 'gcchigh' | 'dod' | 'china' = 'public'

@description('Name of the secret in Key Vault that holds the client secret.')
param clientSecretName string = 'powerbi-client-secret'

@description('Path of profiles.json in the package. If it is set, an app without that file refuses every request. Set it if your grants are in the file.')
param profilesFile string = ''

@description('Existing secrets of the vault. The app may then read only these. Empty: every secret of its vault, because Azure cannot assign a role on a secret that does not exist.')
param readableSecretNames string[] = []

@description('true: a profile uses a certificate in Key Vault.')
param usesCertificates bool = false

@description('Group or person (object id) that may write secrets. Empty: the deployment assigns this right to no principal.')
param vaultOfficerId string = ''

@description('Type of the principal in vaultOfficerId.')
param vaultOfficerType 'Group' | 'ServicePrincipal' | 'User' = 'Group'

@description('true: add a delete lock to the vault. Default: set by the stage.')
param lockVault bool?

@description('How callers authenticate (CALLER_AUTH). Empty: set by the stage.')
param callerAuth '' | 'key' | 'entra' | 'oidc' | 'easyauth' | 'entra,easyauth' = ''

@description('Issuer of the callers\' tokens, for callerAuth oidc.')
param callerIssuer string = ''

@description('Tenant (id) of the callers. Empty: powerBiTenantId if that is an id. If that is empty too: the tenant of the deployment.')
param callerTenantId string = ''

@description('Audiences of a caller\'s token, comma-separated: the client id of this API\'s registration, or its application id URI.')
param callerAudience string = ''

@description('Client id of this API\'s registration, for App Service Authentication.')
param callerClientId string = ''

@description('Client ids that App Service Authentication accepts. Empty: every program of the tenant.')
param callerApplications string[] = []

@description('Requests of one caller in a minute, in each worker process. 0: no limit.')
@minValue(0)
param callerRatePerMinute int = 0

@description('Public URL, with the route prefix (https://bi.contoso.com/api). Empty: the URL of the app.')
param publicUrl string = ''

@description('true: a profile signs people in, so SIGN_IN_REDIRECT_URI is set.')
param signIn bool = false

@description('Origins that a sign-in may return to.')
param signInReturnOrigins string[] = []

@description('Name of the secret in Key Vault that encrypts sign-in cookies.')
param signInCookieSecretName string = 'sign-in-cookie-key'

@description('More app settings. They cannot override the settings of this file.')
param extraSettings { *: string } = {}

@description('Origins whose pages may read answers (CORS). "*" is not allowed.')
param corsOrigins string[] = []

@description('true: pages of these origins may send cookies.')
param corsCredentials bool = false

@description('IP addresses (CIDR) that may call the app. Empty: every address.')
param allowedAddresses string[] = []

@description('true: the app uses a virtual network and reaches Key Vault and storage through private endpoints. Both have no public access. Default: set by the stage.')
param isolateNetwork bool?

@description('With isolateNetwork: the app joins the network, and vault and storage stay open. The first of two deployments that isolate a running stage.')
param joinOnly bool = false

@description('Address space of the new network.')
param addressPrefix string = '10.42.0.0/26'

@description('Public IP addresses (CIDR) from which people may reach an isolated vault, to store a secret.')
param operatorAddresses string[] = []

@description('Private networks (CIDR), connected to the new one, from which people may reach an isolated vault.')
param operatorNetworks string[] = []

@description('With isolateNetwork: callers reach the app through a private endpoint, and the app has no public access.')
param privateInbound bool = false

@description('Existing subnets. Then no network is created.')
param existingSubnetIds subnetIds?

@description('Existing private DNS zones, with existingSubnetIds. Then no zones are created.')
param existingZoneIds zoneIds?

@description('Resource id of an existing Log Analytics workspace. Empty: a new one is created.')
param workspaceId string = ''

@description('Version of Node.js.')
param nodeVersion '22' | '24' = '22'

@description('Memory of one instance in megabytes. Default: set by the stage.')
param instanceMemoryMB (512 | 2048 | 4096)?

@description('Number of instances that run even without requests. Default: set by the stage.')
param alwaysReadyInstances int?

@description('Highest number of instances. Default: set by the stage.')
param maximumInstanceCount int?

@description('true: spread instances over availability zones. Requires at least two always-ready instances.')
param zoneRedundant bool = false

@description('true: a deployment replaces a few instances at a time. This is a preview: not every region has it.')
param rollingUpdate bool = false

@description('E-mail addresses for alerts. Empty: no alerts.')
param alertEmails string[] = []

@description('Amount for a month, in the currency of the subscription. 0: no budget. Requires alertEmails.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the month from which the budget counts (YYYY-MM-01). At the first deployment: this month or a later one.')
param budgetStartDate string = ''

@description('Name of the azd environment. Only azd sets it.')
param azdEnvironmentName string = ''

@description('Time of the deployment. The proposed expiry date of the secret is half a year later.')
param deploymentTime string = utcNow('u')

var preset = stagePresets[stage]
var isIsolated = isolateNetwork ?? preset.isolateNetwork
var isClosed = isIsolated && !joinOnly
var makesNetwork = isIsolated && existingSubnetIds == null
var makesZones = isIsolated && existingZoneIds == null
var authentication = !empty(callerAuth) ? callerAuth : preset.callerAuth
var usesEasyAuth = contains(authentication, 'easyauth')
var needsAudience = contains(authentication, 'entra') || authentication == 'oidc'
var sendsAlerts = !empty(alertEmails)
var hasBudget = monthlyBudget > 0
var readyInstances = alwaysReadyInstances ?? preset.alwaysReadyInstances
var maximumInstances = maximumInstanceCount ?? preset.maximumInstanceCount
var plainAddresses = withoutPrefixLength(concat(allowedAddresses, operatorAddresses, operatorNetworks))

// Reported together, before the deployment. Azure would report some of these errors late, and others not at all.
var faults = flatten([
  faultIf(
    !consistsOf(workload, 'abcdefghijklmnopqrstuvwxyz0123456789-') || contains('0123456789-', take(workload, 1)),
    'workload must consist of lowercase letters, digits and hyphens, and begin with a letter.'
  )
  faultIf(
    usesEasyAuth && empty(callerClientId),
    'callerAuth "${authentication}" needs callerClientId: the client id of this API\'s registration.'
  )
  faultIf(
    needsAudience && empty(callerAudience),
    'callerAuth "${authentication}" needs callerAudience: the client id of this API\'s registration.'
  )
  faultIf(authentication == 'oidc' && empty(callerIssuer), 'callerAuth "oidc" needs callerIssuer: https://ISSUER.')
  faultIf(contains(corsOrigins, '*'), 'corsOrigins must name each origin. "*" lets every page read tokens.')
  faultIf(
    !empty(plainAddresses),
    'Addresses must be in CIDR form, a single one with /32 at its end. These are not: ${join(plainAddresses, ', ')}.'
  )
  faultIf(
    makesNetwork && !joinOnly && empty(operatorAddresses) && empty(operatorNetworks),
    'isolateNetwork needs operatorAddresses or operatorNetworks: without either, no one can store the secret.'
  )
  faultIf(joinOnly && !isIsolated, 'joinOnly needs isolateNetwork.')
  faultIf(privateInbound && !isIsolated, 'privateInbound needs isolateNetwork.')
  faultIf(
    existingZoneIds != null && existingSubnetIds == null,
    'existingZoneIds needs existingSubnetIds: a network that is made here is not linked to your zones.'
  )
  faultIf(
    privateInbound && existingZoneIds != null && empty(existingZoneIds.?sites),
    'privateInbound needs existingZoneIds.sites.'
  )
  faultIf(
    zoneRedundant && readyInstances < 2,
    'zoneRedundant needs alwaysReadyInstances of 2 or more. It is ${readyInstances}.'
  )
  faultIf(
    readyInstances > maximumInstances,
    'alwaysReadyInstances (${readyInstances}) must not be more than maximumInstanceCount (${maximumInstances}).'
  )
  faultIf(
    hasBudget && (!isFirstOfMonth(budgetStartDate) || !sendsAlerts),
    'monthlyBudget needs alertEmails, and budgetStartDate on the first of a month (YYYY-MM-01).'
  )
])

var suffix = uniqueString(subscription().id, resourceGroup().id, workload, stage)
// The name of every resource uses this variable, so an error always stops the deployment.
var base = empty(faults) ? '${workload}-${stage}' : fail(join(faults, ' '))
var functionAppName = names.?functionApp ?? 'func-${base}-${take(suffix, 8)}'
var vaultName = names.?keyVault ?? 'kv-${base}-${take(suffix, 6)}'
var storageAccountName = names.?storageAccount ?? toLower('st${replace(workload, '-', '')}${stage}${take(suffix, 8)}')
var networkName = names.?network ?? 'vnet-${base}'
var tags = union(
  extraTags,
  { workload: workload, stage: stage },
  empty(azdEnvironmentName) ? {} : { 'azd-env-name': azdEnvironmentName }
)

// Without a default registration there is no tenant, and the app would refuse every caller.
var callersTenantId = empty(callerTenantId) && empty(powerBiTenantId) ? tenant().tenantId : callerTenantId
// App Service Authentication accepts tokens for its own registration. The setting shows callers which audience to request.
var audience = empty(callerAudience) && usesEasyAuth ? callerClientId : callerAudience

var siteSuffixes = {
  AzureCloud: 'azurewebsites.net'
  AzureUSGovernment: 'azurewebsites.us'
  AzureChinaCloud: 'chinacloudsites.cn'
}

// One command for both: it stores the secret at once, with the same date, and the shell history does not contain it.
var proposedExpiry = dateTimeAdd(deploymentTime, 'P180D', 'yyyy-MM-ddTHH:mm:ssZ')
var makeClientSecret = 'az ad app credential reset --id ${powerBiClientId} --append --display-name ${functionAppName} --end-date ${proposedExpiry} --query password --output tsv'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.?identity ?? 'id-${base}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    existingWorkspaceId: workspaceId
    workspaceName: names.?workspace ?? 'log-${base}'
    applicationInsightsName: names.?applicationInsights ?? 'appi-${base}'
    logRetentionInDays: preset.logRetentionInDays
    dailyLogCapInGb: preset.dailyLogCapInGb
    functionIdentityId: identity.id
    functionPrincipalId: identity.properties.principalId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    tags: tags
    storageAccountName: storageAccountName
    sku: preset.storageSku
    isClosed: isClosed
    functionIdentityId: identity.id
    functionPrincipalId: identity.properties.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    tags: tags
    vaultName: vaultName
    softDeleteRetentionInDays: preset.softDeleteRetentionInDays
    isClosed: isClosed
    operatorAddresses: operatorAddresses
    functionIdentityId: identity.id
    functionPrincipalId: identity.properties.principalId
    readableSecretNames: readableSecretNames
    usesCertificates: usesCertificates
    vaultOfficerId: vaultOfficerId
    vaultOfficerType: vaultOfficerType
    lockVault: lockVault ?? preset.lockVault
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (makesNetwork) {
  name: 'network'
  params: {
    location: location
    tags: tags
    networkName: networkName
    addressPrefix: addressPrefix
    operatorNetworks: operatorNetworks
    privateInbound: privateInbound
  }
}

var appSubnetId = makesNetwork ? network!.outputs.appSubnetId : existingSubnetIds.?app ?? ''
var endpointSubnetId = makesNetwork ? network!.outputs.endpointSubnetId : existingSubnetIds.?endpoints ?? ''
var networkId = split(endpointSubnetId, '/subnets/')[0]

module blobZone 'modules/zone.bicep' = if (makesZones) {
  name: 'blob-zone'
  params: {
    tags: tags
    zoneName: 'privatelink.blob.${environment().suffixes.storage}'
    networkId: networkId
  }
}

module vaultZone 'modules/zone.bicep' = if (makesZones) {
  name: 'vault-zone'
  params: {
    tags: tags
    zoneName: 'privatelink.${replace(environment().suffixes.keyvaultDns, '.vault.', 'vaultcore.')}'
    networkId: networkId
  }
}

module siteZone 'modules/zone.bicep' = if (makesZones && privateInbound) {
  name: 'site-zone'
  params: {
    tags: tags
    zoneName: 'privatelink.${siteSuffixes[environment().name]}'
    networkId: networkId
  }
}

module blobEndpoint 'modules/endpoint.bicep' = if (isIsolated) {
  name: 'blob-endpoint'
  params: {
    location: location
    tags: tags
    endpointName: 'pe-${storageAccountName}-blob'
    targetId: storage.outputs.storageAccountId
    groupId: 'blob'
    subnetId: endpointSubnetId
    zoneId: makesZones ? blobZone!.outputs.zoneId : existingZoneIds!.blob
  }
}

module vaultEndpoint 'modules/endpoint.bicep' = if (isIsolated) {
  name: 'vault-endpoint'
  params: {
    location: location
    tags: tags
    endpointName: 'pe-${vaultName}'
    targetId: vault.outputs.vaultId
    groupId: 'vault'
    subnetId: endpointSubnetId
    zoneId: makesZones ? vaultZone!.outputs.zoneId : existingZoneIds!.vault
  }
}

module functionApp 'modules/function.bicep' = {
  name: 'function'
  params: {
    location: location
    tags: tags
    appTags: empty(azdEnvironmentName) ? {} : { 'azd-service-name': 'api' }
    planName: names.?plan ?? 'plan-${base}'
    functionAppName: functionAppName
    identityId: identity.id
    packageContainerUri: storage.outputs.packageContainerUri
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB ?? preset.instanceMemoryMB
    alwaysReadyInstances: readyInstances
    maximumInstanceCount: maximumInstances
    zoneRedundant: zoneRedundant
    rollingUpdate: rollingUpdate
    subnetId: isIsolated ? appSubnetId : ''
    corsOrigins: corsOrigins
    corsCredentials: corsCredentials
    allowedAddresses: allowedAddresses
    isClosed: privateInbound
  }
  // Without its endpoints an isolated app cannot reach the storage account that its host needs to start.
  dependsOn: [blobEndpoint, vaultEndpoint]
}

module siteEndpoint 'modules/endpoint.bicep' = if (privateInbound) {
  name: 'site-endpoint'
  params: {
    location: location
    tags: tags
    endpointName: 'pe-${functionAppName}'
    targetId: functionApp.outputs.functionAppId
    groupId: 'sites'
    subnetId: endpointSubnetId
    zoneId: makesZones ? siteZone!.outputs.zoneId : existingZoneIds.?sites ?? ''
  }
}

module appSettings 'modules/app-settings.bicep' = {
  name: 'app-settings'
  params: {
    functionAppName: functionApp.outputs.functionAppName
    settings: union(extraSettings, {
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.applicationInsightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      // All three: with a user-assigned identity the host needs each of them to find its storage.
      AzureWebJobsStorage__blobServiceUri: storage.outputs.blobServiceUri
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      // The host reads the complete body before the app gets the request. No valid request is larger than 128 KiB.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '131072'
      // Without this setting "/" returns a page of 150 kB to everyone.
      AzureWebJobsDisableHomepage: 'true'
      AZURE_CLIENT_ID: identity.properties.clientId
      KEY_VAULT_URI: vault.outputs.vaultUri
      POWERBI_TENANT_ID: powerBiTenantId
      POWERBI_CLIENT_ID: powerBiClientId
      // The name, and never a Key Vault reference: that would keep a rotated secret for up to a day.
      POWERBI_CLIENT_SECRET_NAME: clientSecretName
      POWERBI_CLOUD: powerBiCloud
      PROFILES_FILE: profilesFile
      CALLER_AUTH: authentication
      CALLER_ISSUER: callerIssuer
      CALLER_TENANT_ID: callersTenantId
      CALLER_AUDIENCE: audience
      CALLER_RATE_PER_MINUTE: callerRatePerMinute > 0 ? string(callerRatePerMinute) : ''
      PUBLIC_URL: publicUrl
      SIGN_IN_REDIRECT_URI: !signIn
        ? ''
        : '${empty(publicUrl) ? '${functionApp.outputs.functionAppUrl}/api' : publicUrl}/auth/callback'
      SIGN_IN_RETURN_ORIGINS: join(signInReturnOrigins, ',')
      SIGN_IN_COOKIE_SECRET_NAME: signIn ? signInCookieSecretName : ''
      // The identity that App Service Authentication uses instead of a client secret.
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: usesEasyAuth ? identity.properties.clientId : ''
    })
  }
}

module easyAuth 'modules/easy-auth.bicep' = {
  name: 'easy-auth'
  params: {
    functionAppName: functionApp.outputs.functionAppName
    isEnabled: usesEasyAuth
    tenantId: !empty(callersTenantId) ? callersTenantId : powerBiTenantId
    clientId: callerClientId
    allowedAudiences: split(audience, ',')
    allowedApplications: callerApplications
    requireAuthentication: authentication == 'easyauth'
  }
  dependsOn: [appSettings]
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    displayName: 'Power BI tokens (${base})'
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

module alerts 'modules/alerts.bicep' = if (sendsAlerts) {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    actionGroupName: 'ag-${base}'
    namePrefix: base
    alertEmails: alertEmails
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

module secretExpiry 'modules/secret-expiry.bicep' = if (sendsAlerts) {
  name: 'secret-expiry'
  params: {
    location: location
    tags: tags
    topicName: 'egst-${vaultName}'
    vaultId: vault.outputs.vaultId
    actionGroupId: alerts!.outputs.actionGroupId
  }
}

module budget 'modules/budget.bicep' = if (hasBudget) {
  name: 'budget'
  params: {
    monthlyAmount: monthlyBudget
    startDate: budgetStartDate
    actionGroupId: alerts!.outputs.actionGroupId
    contactEmails: alertEmails
  }
}

@description('Name of the function app.')
output functionAppName string = functionApp.outputs.functionAppName

@description('URL of the function app.')
output functionAppUrl string = functionApp.outputs.functionAppUrl

@description('Name of the vault.')
output keyVaultName string = vault.outputs.vaultName

@description('Name of the identity of the app: a parameter of secretless.bicep.')
output identityName string = identity.name

@description('Client id of that identity.')
output identityClientId string = identity.properties.clientId

@description('Principal (object) id of that identity: the subject of a federated credential.')
output identityPrincipalId string = identity.properties.principalId

@description('The next command: it creates a client secret and stores it with its expiry date, without showing the value. Empty without powerBiClientId.')
output nextCommand string = empty(powerBiClientId)
  ? ''
  : 'az keyvault secret set --vault-name ${vault.outputs.vaultName} --name ${clientSecretName} --expires ${proposedExpiry} --output none --value "$(${makeClientSecret})"'
