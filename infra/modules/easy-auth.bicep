// App Service Authentication before the app. The identity signs for the registration, so no client secret exists.

@description('Name of the function app.')
param functionAppName string

@description('Tenant whose people and programs may call.')
param tenantId string

@description('Client id of the registration that stands for this API.')
param clientId string

@description('Audiences that a caller\'s token may have.')
param allowedAudiences string[]

@description('Client ids of the programs that may call; none for every program of the tenant.')
param allowedApplications string[]

@description('Turn away whoever is not authenticated before the program is reached. Off where the program itself takes Entra tokens too.')
param requireAuthentication bool

// The contract of the program: these answer anyone, or any browser, and guard themselves.
var openPaths = [
  '/api/health'
  '/api/openapi.json'
  '/api/auth/sign-in'
  '/api/auth/callback'
  '/api/auth/sign-out'
  '/api/auth/token'
  '/api/.well-known/oauth-protected-resource'
]

resource functionApp 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource authentication 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: functionApp
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: requireAuthentication
      unauthenticatedClientAction: requireAuthentication ? 'Return401' : 'AllowAnonymous'
      excludedPaths: openPaths
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenantId}/v2.0'
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: {
          allowedAudiences: allowedAudiences
          defaultAuthorizationPolicy: { allowedApplications: allowedApplications }
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}
