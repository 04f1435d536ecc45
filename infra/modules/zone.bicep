// One private DNS zone, linked to the network.

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Network/privateDnsZones@2024-06-01'>.tags

@description('Name of the zone.')
param zoneName string

@description('Resource id of the network.')
param networkId string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: last(split(networkId, '/'))
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}

@description('Resource id of the zone.')
output zoneId string = zone.id
