// Whom to tell, and the questions asked of the logs. Each question is written so that a row is a reason to be told.
// Asked of Application Insights and not of the platform's metrics, which Flex Consumption does not fill for HTTP answers.

@description('Region of the rules.')
param location string

@description('Tags of the resources.')
param tags object

@description('Name of the action group.')
param actionGroupName string

@description('Start of every rule\'s name.')
param namePrefix string

@description('Mail addresses to tell.')
param alertEmails string[]

@description('Resource id of the Application Insights component that is asked.')
param applicationInsightsId string

// The program writes one flat JSON line for each token given or refused: a row of `traces` whose message is that line.
var auditEvents = '''
traces
| where message startswith "{"
| extend audit = parse_json(message)
| extend event = tostring(audit.event), code = tostring(audit.code)
'''

var rules = [
  {
    name: 'credential-refused'
    description: 'Entra or Key Vault refuses the credential: no new token can be had.'
    severity: 1
    window: 'PT15M'
    // Where the version before is used instead, nothing is refused to callers: secret-near-expiry tells of it.
    query: '${auditEvents}| where code in ("secret_expired", "secret_rejected", "secret_unavailable", "issuer_rejected") and event != "credential.newest_refused"'
    aboveCount: 0
  }
  {
    name: 'upstream-outage'
    description: 'The identity endpoint, Key Vault, Entra or Power BI does not answer. Held tokens are served on meanwhile.'
    severity: 2
    window: 'PT15M'
    query: '${auditEvents}| where code == "upstream_unavailable"'
    aboveCount: 4
  }
  {
    name: 'failure-rate'
    description: 'More than one request in twenty fails, of twenty or more.'
    severity: 2
    window: 'PT15M'
    query: '''
requests
| where url !has "/health"
| summarize answered = count(), failed = countif(toint(resultCode) >= 500)
| where answered >= 20 and failed * 20 > answered
'''
    aboveCount: 0
  }
  {
    name: 'callers-refused'
    description: 'Many calls without a credential or a grant: a caller set up wrongly, or somebody trying doors.'
    severity: 3
    window: 'PT15M'
    // A line "refusals.counted" is for many calls: its member "count" says how many.
    query: '${auditEvents}| where code in ("unauthorized", "forbidden", "rate_limited") | summarize calls = sum(coalesce(tolong(audit["count"]), 1)) | where calls > 50'
    aboveCount: 0
  }
  {
    name: 'secret-near-expiry'
    description: 'A secret or certificate in use ends within 30 days, or its newest version is refused and the one before is used until it ends.'
    severity: 2
    window: 'P1D'
    query: '${auditEvents}| where event in ("secret.near_expiry", "credential.newest_refused")'
    aboveCount: 0
  }
]

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

resource queryRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
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
      // As often as the window is long: every row is looked at once, and a rule costs the less the seldomer it asks.
      evaluationFrequency: rule.window
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.aboveCount
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
          }
        ]
      }
      // A rule that asks once a day cannot resolve itself within the time that Azure allows.
      autoMitigate: rule.window != 'P1D'
      // The workspace has no rows of this app until its first call, and the tables come with the rows.
      skipQueryValidation: true
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id
