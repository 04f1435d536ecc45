// One private endpoint and its name in a private DNS zone.

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Network/privateEndpoints@2026-03-01'>.tags

@description('Name of the endpoint.')
param endpointName string

@description('Resource id of the target resource.')
param targetId string

@description('The service of the target resource.')
param groupId 'blob' | 'vault' | 'sites'

@description('Resource id of the subnet of the endpoint.')
param subnetId string

@description('Resource id of the private DNS zone of the endpoint.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = {
  name: endpointName
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: endpointName
        properties: {
          privateLinkServiceId: targetId
          groupIds: [groupId]
        }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: groupId
          properties: { privateDnsZoneId: zoneId }
        }
      ]
    }
  }
}
