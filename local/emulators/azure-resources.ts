/** The resources of Azure's clouds for token requests, by kind of service. */
export const powerBiResources = [
  'https://analysis.windows.net/powerbi/api',
  'https://analysis.usgovcloudapi.net/powerbi/api',
  'https://high.analysis.usgovcloudapi.net/powerbi/api',
  'https://mil.analysis.usgovcloudapi.net/powerbi/api',
  'https://analysis.chinacloudapi.cn/powerbi/api',
];

export const vaultResources = ['https://vault.azure.net', 'https://vault.usgovcloudapi.net', 'https://vault.azure.cn'];

export const tokenExchangeResources = [
  'api://AzureADTokenExchange',
  'api://AzureADTokenExchangeUSGov',
  'api://AzureADTokenExchangeChina',
];

/** Resources that callers often request by mistake. Every stand-in must refuse their tokens. */
const otherResources = ['https://graph.microsoft.com', 'https://management.azure.com'];

export const knownResources = [...powerBiResources, ...vaultResources, ...tokenExchangeResources, ...otherResources];
