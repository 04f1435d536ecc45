// App Service Authentication in front of the app. The registration authenticates with the managed identity (federated
// credential), without a client secret.
// Always deployed, because it must also switch App Service Authentication off when callerAuth changes.

@description('Name of the function app.')
param functionAppName string

@description('Whether App Service Authentication is on.')
param isEnabled bool

@description('Tenant of the callers.')
param tenantId string

@description('Client id of the registration of this API.')
param clientId string

@description('Audiences that a caller\'s token may have.')
param allowedAudiences string[]

@description('Client ids of the programs that may call. Empty: every program of the tenant.')
param allowedApplications string[]

@description('true: refuse an unauthenticated call before it reaches the app. false if the app itself also accepts Entra tokens.')
param requireAuthentication bool

// These routes are open to everyone, or to any browser. The app itself protects them. Add every new open route here.
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
  properties: isEnabled
    ? {
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
    : { platform: { enabled: false } }
}
