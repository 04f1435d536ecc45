using 'main.bicep'

// What the stage is made of stands in stages.bicep; here stand the values of your organization, from the environment,
// so that this file can be committed as it is. docs/operations.md lists the variables.

param stage = 'dev'
param powerBiTenantId = readEnvironmentVariable('POWERBI_TENANT_ID', '')
param powerBiClientId = readEnvironmentVariable('POWERBI_CLIENT_ID', '')
param callerAuth = readEnvironmentVariable('CALLER_AUTH', '')
param callerTenantId = readEnvironmentVariable('CALLER_TENANT_ID', '')
param callerAudience = readEnvironmentVariable('CALLER_AUDIENCE', '')
param callerClientId = readEnvironmentVariable('CALLER_CLIENT_ID', '')
param secretOfficerId = readEnvironmentVariable('SECRET_OFFICER_ID', '')
param secretOfficerType = readEnvironmentVariable('SECRET_OFFICER_TYPE', 'Group')
param readableSecretNames = json(readEnvironmentVariable('READABLE_SECRET_NAMES', '[]'))
param corsOrigins = json(readEnvironmentVariable('CORS_ORIGINS', '[]'))
param operatorAddresses = json(readEnvironmentVariable('OPERATOR_ADDRESSES', '[]'))
param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS', '[]'))
param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET', '0'))
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '')
