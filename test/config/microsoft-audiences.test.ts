import { findMicrosoftService } from '../../src/config/microsoft-audiences.ts';

test.each([
  ['00000003-0000-0000-c000-000000000000', 'Microsoft Graph'],
  ['00000003-0000-0000-C000-000000000000', 'Microsoft Graph'],
  ['https://graph.microsoft.com', 'Microsoft Graph'],
  ['https://graph.microsoft.com/', 'Microsoft Graph'],
  ['HTTPS://GRAPH.MICROSOFT.COM', 'Microsoft Graph'],
  ['https://analysis.windows.net/powerbi/api', 'Power BI'],
  ['https://management.azure.com/', 'Azure Resource Manager'],
  ['https://management.core.windows.net/', 'Azure Resource Manager'],
  ['api://AzureADTokenExchange', 'the token exchange of Entra'],
  ['spn:00000009-0000-0000-c000-000000000000', 'Power BI'],
  ['00000002-0000-0ff1-ce00-000000000000', "one of Microsoft's own services"],
  ['00000007-0000-0000-c000-000000000000', "one of Microsoft's own services"],
  ['https://contoso.vault.azure.net', "one of Microsoft's own services"],
  ['https://contoso.sharepoint.com', "one of Microsoft's own services"],
  ['https://org.crm.dynamics.com', "one of Microsoft's own services"],
  ['https://management.usgovcloudapi.net', "one of Microsoft's own services"],
  ['https://vault.azure.cn', "one of Microsoft's own services"],
])('%s belongs to Microsoft', (audience, service) => {
  expect(findMicrosoftService(audience)).toBe(service);
});

test.each([
  'f46d5e54-4b1f-4a72-a8c6-7b9a1d2e3f55',
  'api://f46d5e54-4b1f-4a72-a8c6-7b9a1d2e3f55',
  'https://contoso.onmicrosoft.com/tokens',
  'https://tokens.contoso.com',
  'https://contoso.azurewebsites.net',
  'https://graph.microsoft.com.evil.example',
  'https://notwindows.net',
  'our-api',
  '__proto__',
  'constructor',
])('%s belongs to a customer', (audience) => {
  expect(findMicrosoftService(audience)).toBeUndefined();
});
