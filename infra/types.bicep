// The parameters that are objects.

@export()
@description('Names for the resources. The default of a name consists of workload, stage and a suffix.')
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
  @description('The subnet of the app: delegated to Microsoft.App/environments, no underscore in its name, /27 or larger.')
  app: string
  @description('The subnet of the private endpoints. Its rules must allow the subnet of the app.')
  endpoints: string
}

@export()
@description('Resource ids of private DNS zones that are linked to the existing network.')
type zoneIds = {
  blob: string
  vault: string
  @description('Required with privateInbound.')
  sites: string?
}
