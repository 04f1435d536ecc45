// Optional. Creates the app registration for Power BI, with the app's managed identity as its credential, so that no secret
// exists. The person who deploys it must be allowed to register applications: being Owner of a subscription is not enough.
// A separate file, because the Graph extension supports neither what-if nor deployment stacks. Public cloud only.

extension microsoftGraphV1

targetScope = 'resourceGroup'

@description('Name of the function app\'s identity: id-WORKLOAD-STAGE, unless you chose another name.')
param identityName string

@description('Display name of the registration in the portal.')
param displayName string = 'Power BI token function (${identityName})'

// The name is unique in the tenant. With the same name in every stage, the next stage would take over this registration.
@description('Name by which the next deployment finds the registration again. It cannot be changed.')
param uniqueName string = 'powerbi-token-function-${uniqueString(resourceGroup().id, identityName)}'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: displayName
  signInAudience: 'AzureADMyOrg'

  resource credential 'federatedIdentityCredentials@v1.0' = {
    name: '${uniqueName}/function-identity'
    description: 'The function app signs in as this registration with its managed identity.'
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    // The object id, not the client id. Entra does not check it here. It refuses a wrong one when the app requests a token.
    subject: identity.properties.principalId
    audiences: ['api://AzureADTokenExchange']
  }
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
}

@description('Client id of the registration: clientId of the profile.')
output clientId string = application.appId

@description('Client id of the identity: credential.managedIdentity of the profile.')
output identityClientId string = identity.properties.clientId

@description('Object id of the service principal: add it to the group of the Power BI tenant setting.')
output servicePrincipalObjectId string = servicePrincipal.id
