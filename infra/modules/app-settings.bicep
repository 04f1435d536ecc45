// The app settings. Each deployment replaces all of them: it removes a setting that was set by hand.

@description('Name of the function app.')
param functionAppName string

@description('All settings. Those with an empty value are left out.')
param settings { *: string }

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
