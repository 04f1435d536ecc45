// The logs and the audit trail: Application Insights on a Log Analytics workspace. Writing requires an Entra token.

import { roles } from 'roles.bicep'

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.OperationalInsights/workspaces@2026-03-01'>.tags

@description('Resource id of an existing Log Analytics workspace. Empty: a new one is created.')
param existingWorkspaceId string

@description('Name of the new Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int

@description('Gigabytes of logs per day before the rest is dropped; -1 means no limit.')
param dailyLogCapInGb int

@description('Resource id of the identity that writes telemetry.')
param functionIdentityId string

@description('Principal id of that identity.')
param functionPrincipalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = if (empty(existingWorkspaceId)) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionInDays
    workspaceCapping: { dailyQuotaGb: dailyLogCapInGb }
    features: { disableLocalAuth: true }
  }
}

var usedWorkspaceId = empty(existingWorkspaceId) ? workspace.id : existingWorkspaceId

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: usedWorkspaceId
    IngestionMode: 'LogAnalytics'
    // With this the connection string is only an address, not a credential.
    DisableLocalAuth: true
  }
}

resource functionPublishesTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, functionIdentityId, roles.monitoringMetricsPublisher)
  scope: applicationInsights
  properties: {
    principalId: functionPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

@description('Resource id of the workspace.')
output workspaceId string = usedWorkspaceId

@description('Resource id of the Application Insights component.')
output applicationInsightsId string = applicationInsights.id

@description('The target of telemetry. It is not a credential, because local authentication is off.')
output applicationInsightsConnectionString string = applicationInsights.properties.ConnectionString
