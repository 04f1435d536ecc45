// The alerts and their recipients. An alert fires if its query returns more rows than its aboveCount.
// The queries read Application Insights, because Flex Consumption has no metrics of HTTP answers.

@description('Region of the rules.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Insights/scheduledQueryRules@2026-03-01'>.tags

@description('Name of the action group.')
param actionGroupName string

@description('Prefix of the name of every rule.')
param namePrefix string

@description('E-mail addresses that get the alerts.')
param alertEmails string[]

@description('Resource id of the Application Insights component that the queries read.')
param applicationInsightsId string

// A query that begins with `audit` reads the audit trail: one flat JSON line for each issued token and each refusal.
var alerts = loadJsonContent('../alerts.json')
var audit = join(alerts.audit, '\n')

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'pbi-token'
    enabled: true
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource queryRules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in alerts.rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${namePrefix}: ${rule.name}'
      description: '${rule.description} See "Alerts" in docs/operations.md.'
      severity: rule.severity
      enabled: true
      scopes: [applicationInsightsId]
      // The window is twice the interval. A row that arrives late is still found by the next evaluation.
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query[0] == 'audit' ? '${audit}\n${join(skip(rule.query, 1), '\n')}' : join(rule.query, '\n')
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.aboveCount
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
          }
        ]
      }
      // Azure does not allow automatic resolution for a rule that runs once a day.
      autoMitigate: rule.frequency != 'P1D'
      // Before the first call of the app the workspace does not have these tables.
      skipQueryValidation: true
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id
