// Who gets the alerts, and the queries behind them. A row in the result of a query is a reason for an alert.
// The queries read Application Insights: Flex Consumption does not fill the platform's metrics of HTTP answers.

@description('Region of the rules.')
param location string

@description('Tags of the resources.')
param tags resourceInput<'Microsoft.Insights/scheduledQueryRules@2026-03-01'>.tags

@description('Name of the action group.')
param actionGroupName string

@description('Start of every rule\'s name.')
param namePrefix string

@description('Mail addresses that get the alerts.')
param alertEmails string[]

@description('Resource id of the Application Insights component that the queries read.')
param applicationInsightsId string

// A query that begins with `audit` reads the audit trail: one flat JSON line for each token that is issued or refused.
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
      // A rule that runs once a day cannot resolve itself within the time that Azure allows.
      autoMitigate: rule.frequency != 'P1D'
      // The workspace has no tables of this app before its first call.
      skipQueryValidation: true
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id
