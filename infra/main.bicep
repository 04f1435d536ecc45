// The whole deployment, into one resource group: parameters, names, identity, wiring.
// The stage decides what a parameter that is left out is worth: stages.bicep.

targetScope = 'resourceGroup'

import { stageName, stagePresets } from 'stages.bicep'

@description('Names that your conventions ask for; what is left out is made from workload, stage and a suffix.')
type resourceNames = {
  functionApp: string?
  plan: string?
  identity: string?
  @minLength(3)
  @maxLength(24)
  keyVault: string?
  @minLength(3)
  @maxLength(24)
  storageAccount: string?
  workspace: string?
  applicationInsights: string?
  network: string?
}

@description('Short name of what this is for; part of every name.')
@minLength(2)
@maxLength(8)
param workload string = 'pbitoken'

@description('Which stage this is.')
param stage stageName

@description('Region of the resources.')
param location string = resourceGroup().location

@description('Names of your own.')
param names resourceNames = {}

@description('Tags for every resource, besides those made here.')
param extraTags object = {}

@description('Tenant (id or domain) of the default profile. Empty where profiles.json has a default profile.')
param powerBiTenantId string = ''

@description('Application (client) id of the default profile. Empty where profiles.json has a default profile.')
param powerBiClientId string = ''

@description('Cloud that Power BI runs in.')
param powerBiCloud 'public' | 'gcc' | 'gcchigh' | 'dod' | 'china' = 'public'

@description('Name of the secret in Key Vault that holds the client secret.')
param clientSecretName string = 'powerbi-client-secret'

@description('Where profiles.json is in the package, if not beside host.json.')
param profilesFile string = ''

@description('Secrets that stand in the vault already: the function may then read these alone. Left out: every secret of its vault, since a role on a secret cannot be given before the secret is there.')
param readableSecretNames string[] = []

@description('A profile signs with a certificate of the vault.')
param usesCertificates bool = false

@description('Group or person (object id) that may write secrets; empty for nobody.')
param secretOfficerId string = ''

@description('What kind of principal that is.')
param secretOfficerType 'Group' | 'ServicePrincipal' | 'User' = 'Group'

@description('Who may call; empty for what the stage says.')
param callerAuth '' | 'key' | 'entra' | 'easyauth' | 'entra,easyauth' = ''

@description('Tenant (id) of the callers; left out: powerBiTenantId, where that is an id; where that is empty, the tenant of the deployment.')
param callerTenantId string = ''

@description('Audiences of a caller\'s token, comma-separated: the client id of this API\'s registration, or its application id URI.')
param callerAudience string = ''

@description('Client id of this API\'s registration, for App Service Authentication.')
param callerClientId string = ''

@description('Client ids that App Service Authentication lets through; none for every program of the tenant.')
param callerApplications string[] = []

@description('Tokens for one caller in a minute and on one instance; 0 for no limit.')
@minValue(0)
param callerRatePerMinute int = 0

@description('A profile signs people in: its redirect address is set.')
param signIn bool = false

@description('Origins that a sign-in may return to.')
param signInReturnOrigins string[] = []

@description('Name of the secret in Key Vault that keeps sign-in cookies.')
param signInCookieSecretName string = 'sign-in-cookie-key'

@description('Settings besides those made here. They do not override one.')
param extraSettings object = {}

@description('Origins of browsers that may read answers. Never a star.')
param corsOrigins string[] = []

@description('Browsers may send cookies along.')
param corsCredentials bool = false

@description('Addresses (CIDR) that may call the app; none for everyone who authenticates.')
param allowedAddresses string[] = []

@description('Vault and storage behind private endpoints.')
param isolateNetwork bool?

@description('Address space of the network, where there is one.')
param addressPrefix string = '10.42.0.0/26'

@description('Addresses (CIDR) from which an operator may still reach an isolated vault, to store a secret.')
param operatorAddresses string[] = []

@description('Version of Node.js.')
param nodeVersion '22' | '24' = '22'

@description('Memory of one instance in megabytes.')
param instanceMemoryMB (512 | 2048 | 4096)?

@description('Instances that run even when nobody calls.')
param alwaysReadyInstances int?

@description('Ceiling of instances.')
param maximumInstanceCount int?

@description('Spread instances over availability zones. It takes two always-ready instances or more.')
param zoneRedundant bool = false

@description('Replace instances a few at a time on a deployment. In preview: not every region has it.')
param rollingUpdate bool = false

@description('Mail addresses for alerts; none for no alerts.')
param alertEmails string[] = []

@description('Amount for a month, in the currency of the subscription; 0 for no budget. It takes alertEmails.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the month from which the budget counts (YYYY-MM-01). On the first deployment this month\'s or a later one.')
param budgetStartDate string = ''

@description('Name of the azd environment, where azd deploys.')
param azdEnvironmentName string = ''

@description('When this is deployed: the next command proposes an expiry date half a year later.')
param deploymentTime string = utcNow('u')

var preset = stagePresets[stage]
var isolated = isolateNetwork ?? preset.isolateNetwork
var authentication = !empty(callerAuth) ? callerAuth : preset.callerAuth
var usesEasyAuth = contains(authentication, 'easyauth')
var tellsAlerts = !empty(alertEmails)

// With no default registration to take a tenant from, the app would let nobody in.
var callersTenantId = empty(callerTenantId) && empty(powerBiTenantId) ? tenant().tenantId : callerTenantId

// Said here, before anything is made, and not by an app that answers `misconfigured` afterwards.
var easyAuthClientId = usesEasyAuth && empty(callerClientId)
  ? fail('callerAuth "${authentication}" needs callerClientId: the client id of the registration that stands for this API.')
  : callerClientId
var entraAudience = contains(authentication, 'entra') && empty(callerAudience)
  ? fail('callerAuth "${authentication}" needs callerAudience: the client id of the registration that stands for this API.')
  : callerAudience
// App Service Authentication takes tokens for its own registration: who asks for one finds in the settings for whom.
var audience = empty(entraAudience) && usesEasyAuth ? easyAuthClientId : entraAudience
var incompleteBudget = monthlyBudget > 0 && (empty(budgetStartDate) || !tellsAlerts)
var hasBudget = incompleteBudget
  ? fail('monthlyBudget needs budgetStartDate (YYYY-MM-01) and alertEmails.')
  : monthlyBudget > 0

var suffix = uniqueString(subscription().id, resourceGroup().id, workload, stage)
var base = '${workload}-${stage}'
var functionAppName = names.?functionApp ?? 'func-${base}-${take(suffix, 8)}'
var vaultName = names.?keyVault ?? 'kv-${base}-${take(suffix, 6)}'
var storageAccountName = names.?storageAccount ?? toLower('st${replace(workload, '-', '')}${stage}${take(suffix, 8)}')
var networkName = names.?network ?? 'vnet-${base}'
var tags = union(
  extraTags,
  { workload: workload, stage: stage },
  empty(azdEnvironmentName) ? {} : { 'azd-env-name': azdEnvironmentName }
)

// One command for both halves: what is made is stored at once, with the same date, and stands in no shell's history.
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
    workspaceName: names.?workspace ?? 'log-${base}'
    applicationInsightsName: names.?applicationInsights ?? 'appi-${base}'
    logRetentionInDays: preset.logRetentionInDays
    dailyLogCapInGb: preset.dailyLogCapInGb
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
    isolateNetwork: isolated
    functionPrincipalId: identity.properties.principalId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    tags: tags
    vaultName: vaultName
    softDeleteRetentionInDays: preset.softDeleteRetentionInDays
    isolateNetwork: isolated
    operatorAddresses: operatorAddresses
    functionPrincipalId: identity.properties.principalId
    readableSecretNames: readableSecretNames
    usesCertificates: usesCertificates
    secretOfficerId: secretOfficerId
    secretOfficerType: secretOfficerType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (isolated) {
  name: 'network'
  params: {
    location: location
    tags: tags
    networkName: networkName
    addressPrefix: addressPrefix
  }
}

module blobEndpoint 'modules/endpoint.bicep' = if (isolated) {
  name: 'blob-endpoint'
  params: {
    location: location
    tags: tags
    endpointName: 'pe-${storageAccountName}-blob'
    targetId: storage.outputs.storageAccountId
    groupId: 'blob'
    subnetId: network!.outputs.endpointSubnetId
    zoneId: network!.outputs.blobZoneId
  }
}

module vaultEndpoint 'modules/endpoint.bicep' = if (isolated) {
  name: 'vault-endpoint'
  params: {
    location: location
    tags: tags
    endpointName: 'pe-${vaultName}'
    targetId: vault.outputs.vaultId
    groupId: 'vault'
    subnetId: network!.outputs.endpointSubnetId
    zoneId: network!.outputs.vaultZoneId
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
    alwaysReadyInstances: alwaysReadyInstances ?? preset.alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount ?? preset.maximumInstanceCount
    zoneRedundant: zoneRedundant
    rollingUpdate: rollingUpdate
    subnetId: isolated ? network!.outputs.appSubnetId : ''
    corsOrigins: corsOrigins
    corsCredentials: corsCredentials
    allowedAddresses: allowedAddresses
  }
  // Without its endpoints an isolated app cannot reach the account that its host starts from.
  dependsOn: [blobEndpoint, vaultEndpoint]
}

module appSettings 'modules/app-settings.bicep' = {
  name: 'app-settings'
  params: {
    functionAppName: functionApp.outputs.functionAppName
    settings: union(extraSettings, {
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.applicationInsightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      // All three: with a user-assigned identity the host does not find its storage by less.
      AzureWebJobsStorage__blobServiceUri: storage.outputs.blobServiceUri
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AZURE_CLIENT_ID: identity.properties.clientId
      KEY_VAULT_URI: vault.outputs.vaultUri
      POWERBI_TENANT_ID: powerBiTenantId
      POWERBI_CLIENT_ID: powerBiClientId
      // The name and never a Key Vault reference, which would keep a rotated secret for up to a day.
      POWERBI_CLIENT_SECRET_NAME: clientSecretName
      POWERBI_CLOUD: powerBiCloud
      PROFILES_FILE: profilesFile
      CALLER_AUTH: authentication
      CALLER_TENANT_ID: callersTenantId
      CALLER_AUDIENCE: audience
      CALLER_RATE_PER_MINUTE: callerRatePerMinute > 0 ? string(callerRatePerMinute) : ''
      SIGN_IN_REDIRECT_URI: signIn ? '${functionApp.outputs.functionAppUrl}/api/auth/callback' : ''
      SIGN_IN_RETURN_ORIGINS: join(signInReturnOrigins, ',')
      SIGN_IN_COOKIE_SECRET_NAME: signIn ? signInCookieSecretName : ''
      // Names the identity that signs for App Service Authentication where other deployments have a client secret.
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: usesEasyAuth ? identity.properties.clientId : ''
    })
  }
}

module easyAuth 'modules/easy-auth.bicep' = if (usesEasyAuth) {
  name: 'easy-auth'
  params: {
    functionAppName: functionApp.outputs.functionAppName
    tenantId: !empty(callersTenantId) ? callersTenantId : powerBiTenantId
    clientId: easyAuthClientId
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

module alerts 'modules/alerts.bicep' = if (tellsAlerts) {
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

module secretExpiry 'modules/secret-expiry.bicep' = if (tellsAlerts) {
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

@description('Address of the function app.')
output functionAppUrl string = functionApp.outputs.functionAppUrl

@description('Name of the vault.')
output keyVaultName string = vault.outputs.vaultName

@description('Name of the identity that the app runs as: a parameter of secretless.bicep.')
output identityName string = identity.name

@description('Client id of that identity.')
output identityClientId string = identity.properties.clientId

@description('Principal (object) id of that identity: the subject of a federated credential.')
output identityPrincipalId string = identity.properties.principalId

@description('The one command that is left: it makes a client secret and stores it with its expiry date; nobody sees the value. Empty where there is no default registration to make one for.')
output nextCommand string = empty(powerBiClientId) ? '' : 'az keyvault secret set --vault-name ${vault.outputs.vaultName} --name ${clientSecretName} --expires ${proposedExpiry} --output none --value "$(${makeClientSecret})"'
