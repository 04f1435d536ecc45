// The workbook that shows the audit trail, on the Application Insights component.

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags resourceInput<'Microsoft.Insights/workbooks@2023-06-01'>.tags

@description('Title of the workbook in the portal.')
param displayName string

@description('Resource id of the Application Insights component that it reads.')
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The name of a workbook is a GUID. It is derived from the component's id, so it is the same in every deployment.
  name: guid(applicationInsightsId, 'token-audit')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: displayName
    serializedData: loadTextContent('../workbook.json')
    sourceId: applicationInsightsId
    version: '1.0'
  }
}
