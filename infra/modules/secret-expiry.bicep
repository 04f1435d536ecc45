// Key Vault sends an event 30 days before a secret expires, and another when it expires. Event Grid passes them to the action
// group, without code. Only secrets that are stored after this deployment, with an expiry date, cause events.

@description('Region of the vault. The topic must be in the same region.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.EventGrid/systemTopics@2025-02-15'>.tags

@description('Name of the topic.')
param topicName string

@description('Resource id of the vault.')
param vaultId string

@description('Resource id of the action group that gets the events.')
param actionGroupId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  properties: {
    source: vaultId
    topicType: 'Microsoft.KeyVault.vaults'
  }

  resource nearExpiry 'eventSubscriptions' = {
    name: 'secret-near-expiry'
    properties: {
      // An alert accepts only this schema of events.
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: { includedEventTypes: ['Microsoft.KeyVault.SecretNearExpiry'] }
      destination: {
        endpointType: 'MonitorAlert'
        properties: {
          severity: 'Sev2'
          description: 'A secret in Key Vault expires within 30 days: rotate it (docs/operations.md, Rotation).'
          actionGroups: [actionGroupId]
        }
      }
    }
  }

  resource expired 'eventSubscriptions' = {
    name: 'secret-expired'
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: { includedEventTypes: ['Microsoft.KeyVault.SecretExpired'] }
      destination: {
        endpointType: 'MonitorAlert'
        properties: {
          severity: 'Sev1'
          description: 'A secret in Key Vault has expired: rotate it now (docs/operations.md, Rotation).'
          actionGroups: [actionGroupId]
        }
      }
    }
    dependsOn: [nearExpiry]
  }
}
