// One private endpoint and its name in the private zone.

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags object

@description('Name of the endpoint.')
param endpointName string

@description('Resource id of what the endpoint leads to.')
param targetId string

@description('Which of its services.')
param groupId 'blob' | 'vault'

@description('Resource id of the subnet that holds the endpoint.')
param subnetId string

@description('Resource id of the private zone that names it.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
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
