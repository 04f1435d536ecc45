// A warning when the resource group costs more than the budget.

@description('Amount for a month, in the currency of the subscription.')
param monthlyAmount int

@description('First day of the month from which to count (YYYY-MM-01). It must not change in later deployments.')
param startDate string

@description('Resource id of the action group that gets the warnings.')
param actionGroupId string

@description('E-mail addresses that get the warnings. Azure requires at least one.')
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
