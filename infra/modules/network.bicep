// The network of an isolated deployment: one subnet for the app, and one for the private endpoints.

@description('Region of the resources.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Network/virtualNetworks@2026-03-01'>.tags

@description('Name of the virtual network.')
param networkName string

@description('Address space of the network (CIDR). A /26 is enough: one half for the app, one half for the endpoints.')
param addressPrefix string

@description('Networks (CIDR) that may also reach the endpoints: a VPN or a peered network of the people who store secrets.')
param operatorNetworks string[]

@description('true: callers reach the app through a private endpoint, so every connected network may reach the endpoints.')
param privateInbound bool

// Flex Consumption refuses a subnet whose name contains an underscore.
var appSubnetName = 'app'
var endpointSubnetName = 'endpoints'
var appSubnetPrefix = cidrSubnet(addressPrefix, 27, 0)
var endpointSubnetPrefix = cidrSubnet(addressPrefix, 27, 1)

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2026-03-01' = {
  name: 'nsg-${networkName}-${endpointSubnetName}'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'allow-https'
        properties: {
          access: 'Allow'
          direction: 'Inbound'
          priority: 100
          protocol: 'Tcp'
          ...(privateInbound
            ? { sourceAddressPrefix: 'VirtualNetwork' }
            : { sourceAddressPrefixes: concat([appSubnetPrefix], operatorNetworks) })
          sourcePortRange: '*'
          destinationAddressPrefix: endpointSubnetPrefix
          destinationPortRange: '443'
        }
      }
      {
        name: 'deny-everything-else'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4096
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

// The subnets are members of the network. As separate resources they would be removed by its next deployment.
resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: networkName
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: appSubnetName
        properties: {
          addressPrefix: appSubnetPrefix
          // The app calls Entra and Power BI on the internet. The default differs between API versions.
          defaultOutboundAccess: true
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: endpointSubnetName
        properties: {
          addressPrefix: endpointSubnetPrefix
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointRules.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}

@description('Resource id of the subnet of the app.')
output appSubnetId string = '${network.id}/subnets/${appSubnetName}'

@description('Resource id of the subnet for private endpoints.')
output endpointSubnetId string = '${network.id}/subnets/${endpointSubnetName}'
