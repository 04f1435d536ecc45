// The parameters that are objects.

@export()
@description('Names for the resources. A name that is left out is made from workload, stage and a suffix.')
type resourceNames = {
  functionApp: string?
  plan: string?
  identity: string?
  @minLength(3)
  @maxLength(24)
  keyVault: string?
  @minLength(3)
  @maxLength(24)
  storageAccount: string?
  workspace: string?
  applicationInsights: string?
  network: string?
}

@export()
@description('Resource ids of two subnets of one network.')
type subnetIds = {
  @description('The app sends from it: delegated to Microsoft.App/environments, no underscore in its name, /27 or larger.')
  app: string
  @description('It holds the private endpoints. Its rules must let the app subnet in.')
  endpoints: string
}

@export()
@description('Resource ids of private DNS zones that the existing network looks names up in.')
type zoneIds = {
  blob: string
  vault: string
  @description('Needed with privateInbound.')
  sites: string?
}
