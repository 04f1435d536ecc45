// The environment that the program reads. This replaces every setting of the app: one set by hand is gone after a deployment.

@description('Name of the function app.')
param functionAppName string

@description('Every setting; one whose value is empty is left out.')
param settings object

resource functionApp 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: functionApp
  name: 'appsettings'
  properties: toObject(
    filter(items(settings), setting => !empty(setting.value)),
    setting => setting.key,
    setting => setting.value
  )
}
