/** The hosts of a national cloud's services. GCC has the public Entra, and Power BI for governments. */
export interface Cloud {
  /** Entra's authority, without a slash at the end. */
  readonly authority: string;
  /** Other names of the same authority in tokens or settings. */
  readonly authorityAliases: readonly string[];
  /** The scope is this, followed by `/.default`. */
  readonly powerBiResource: string;
  readonly powerBiApiUrl: string;
  /** The issuer of a v1 token is this, followed by the tenant id and a slash. */
  readonly v1IssuerPrefix: string;
  readonly keyVaultSuffix: string;
  /** Audience of a managed identity's token that replaces an app registration's secret. */
  readonly federatedAudience: string;
}

const PUBLIC_ENTRA = {
  authority: 'https://login.microsoftonline.com',
  authorityAliases: ['https://login.windows.net', 'https://login.microsoft.com', 'https://sts.windows.net'],
  v1IssuerPrefix: 'https://sts.windows.net/',
  keyVaultSuffix: 'vault.azure.net',
  federatedAudience: 'api://AzureADTokenExchange',
} as const;

const US_GOVERNMENT_ENTRA = {
  authority: 'https://login.microsoftonline.us',
  authorityAliases: ['https://login.usgovcloudapi.net'],
  v1IssuerPrefix: 'https://sts.windows.net/',
  keyVaultSuffix: 'vault.usgovcloudapi.net',
  federatedAudience: 'api://AzureADTokenExchangeUSGov',
} as const;

export const CLOUDS = {
  public: {
    ...PUBLIC_ENTRA,
    powerBiResource: 'https://analysis.windows.net/powerbi/api',
    powerBiApiUrl: 'https://api.powerbi.com',
  },
  gcc: {
    ...PUBLIC_ENTRA,
    powerBiResource: 'https://analysis.usgovcloudapi.net/powerbi/api',
    powerBiApiUrl: 'https://api.powerbigov.us',
  },
  gcchigh: {
    ...US_GOVERNMENT_ENTRA,
    powerBiResource: 'https://high.analysis.usgovcloudapi.net/powerbi/api',
    powerBiApiUrl: 'https://api.high.powerbigov.us',
  },
  dod: {
    ...US_GOVERNMENT_ENTRA,
    powerBiResource: 'https://mil.analysis.usgovcloudapi.net/powerbi/api',
    powerBiApiUrl: 'https://api.mil.powerbigov.us',
  },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    authorityAliases: ['https://login.chinacloudapi.cn'],
    powerBiResource: 'https://analysis.chinacloudapi.cn/powerbi/api',
    powerBiApiUrl: 'https://api.powerbi.cn',
    v1IssuerPrefix: 'https://sts.chinacloudapi.cn/',
    keyVaultSuffix: 'vault.azure.cn',
    federatedAudience: 'api://AzureADTokenExchangeChina',
  },
} as const satisfies Record<string, Cloud>;

export type CloudName = keyof typeof CLOUDS;

export const CLOUD_NAMES = Object.keys(CLOUDS) as readonly CloudName[];
