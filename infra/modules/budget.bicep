// A warning when the resource group costs more than it should.

@description('Amount for a month, in the currency of the subscription.')
param monthlyAmount int

@description('First day of the month from which to count (YYYY-MM-01). It must stay the same from one deployment to the next.')
param startDate string

@description('Resource id of the action group that gets the warnings.')
param actionGroupId string

@description('Mail addresses that get the warnings. Azure requires one or more.')
param contactEmails string[]

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'monthly'
  properties: {
    category: 'Cost'
    amount: monthlyAmount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      mostSpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: contactEmails
        contactGroups: [actionGroupId]
      }
      willExceed: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: contactEmails
        contactGroups: [actionGroupId]
      }
    }
  }
}
