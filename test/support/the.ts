/** Values that are the same in every test. */
export const the = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  identityClientId: '99999999-8888-4777-8666-555555555555',
  secretName: 'powerbi-client-secret',
  vaultUrl: 'https://contoso.vault.azure.net',
  vaultScope: 'https://vault.azure.net/.default',
  issuer: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0',
  tokenEndpoint: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token',
  scope: 'https://analysis.windows.net/powerbi/api/.default',
  correlationId: '0f0e0d0c-0b0a-4908-8706-050403020100',
  traceId: '00112233-4455-4677-8899-aabbccddeeff',
  requestId: 'deadbeef-0000-4000-8000-000000000001',
  /** 2027-01-15T08:00:00Z. */
  startMs: 1_800_000_000_000,
} as const;
