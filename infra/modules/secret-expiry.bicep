// Key Vault tells by itself, 30 days before and at the end, that a secret expires; Event Grid hands that to the action
// group with no code in between. Only secrets stored with an expiry date, after this was deployed, are told of.

@description('Region of the vault: the topic must stand in the same one.')
param location string

@description('Tags of the resources.')
param tags object

@description('Name of the topic.')
param topicName string

@description('Resource id of the vault.')
param vaultId string

@description('Resource id of the action group to tell.')
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
      // An alert takes events of this form alone.
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
          description: 'A secret in Key Vault is past its date: rotate it now (docs/operations.md, Rotation).'
          actionGroups: [actionGroupId]
        }
      }
    }
    dependsOn: [nearExpiry]
  }
}
