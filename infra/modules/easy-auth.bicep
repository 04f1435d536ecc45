// App Service Authentication in front of the app. The identity signs for the registration, so no client secret exists.
// Deployed in any case: without the part that switches it off, it would stay on after callerAuth no longer asks for it.

@description('Name of the function app.')
param functionAppName string

@description('Whether App Service Authentication is on.')
param isEnabled bool

@description('Tenant of the people and programs that may call.')
param tenantId string

@description('Client id of the registration of this API.')
param clientId string

@description('Audiences that a caller\'s token may have.')
param allowedAudiences string[]

@description('Client ids of the programs that may call. Empty: every program of the tenant.')
param allowedApplications string[]

@description('Refuse an unauthenticated call before it reaches the program. Off when the program itself accepts Entra tokens too.')
param requireAuthentication bool

// The public contract: these routes answer anyone, or any browser, and the program guards them itself.
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
