// The picture of the audit trail, on the Application Insights component.

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags object

@description('Title of the workbook in the portal.')
param displayName string

@description('Resource id of the Application Insights component that it reads.')
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID; made from the component's id, it stays the same one from deployment to deployment.
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
