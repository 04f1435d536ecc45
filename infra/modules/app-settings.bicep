// The environment that the program reads. Each deployment replaces every setting: one that was set by hand is gone afterwards.

@description('Name of the function app.')
param functionAppName string

@description('Every setting. One with an empty value is left out.')
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
