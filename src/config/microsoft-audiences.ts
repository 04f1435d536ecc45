/** Microsoft's own services for which callers most often have a token, by application id or host. */
const SERVICES: Readonly<Record<string, string>> = {
  '00000003-0000-0000-c000-000000000000': 'Microsoft Graph',
  'graph.microsoft.com': 'Microsoft Graph',
  '00000009-0000-0000-c000-000000000000': 'Power BI',
  'analysis.windows.net': 'Power BI',
  'api.powerbi.com': 'Power BI',
  '797f4846-ba00-4fd7-ba43-dac1f8f63013': 'Azure Resource Manager',
  'management.azure.com': 'Azure Resource Manager',
  'management.core.windows.net': 'Azure Resource Manager',
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093': 'Azure Key Vault',
  'e406a681-f3d4-42a8-90b6-c2b029497af1': 'Azure Storage',
  '022907d3-0f1b-48f7-badc-1ba6abab6d66': 'Azure SQL Database',
  'ca7f3f0b-7d91-482c-8e09-c5d840d0eac5': 'Azure Log Analytics',
  '499b84ac-1321-427f-aa17-267ca6975798': 'Azure DevOps',
  'fb60f99c-7a34-4190-8149-302f77469936': 'the token exchange of Entra',
  azureadtokenexchange: 'the token exchange of Entra',
};

/** The application ids that many of Microsoft's services have in every tenant. */
const WELL_KNOWN_ID = /^0000000[\da-f]-0000-0[\da-f]{3}-c[\da-f]00-000000000000$/;

/** Only Microsoft can register these hosts as App ID URIs. A customer's `*.onmicrosoft.com` is not one of them. */
const HOSTS =
  /(^|\.)(azure\.(com|net|us|cn)|chinacloudapi\.cn|dynamics\.com|loganalytics\.io|microsoft\.(com|us)|office(365)?\.com|powerbi\.(com|cn)|powerbigov\.us|sharepoint\.com|usgovcloudapi\.net|visualstudio\.com|windows\.net)$/;

/** The service of Microsoft that an audience belongs to; undefined for one that a customer registered. */
export function findMicrosoftService(audience: string): string | undefined {
  const text = audience.toLowerCase();
  const name =
    URL.canParse(text) && /^https?:/.test(text) ? new URL(text).hostname : text.replace(/^(api|spn):(\/\/)?/, '');
  const bare = name.replace(/\/+$/, '');
  if (Object.hasOwn(SERVICES, bare)) return SERVICES[bare];
  return WELL_KNOWN_ID.test(bare) || HOSTS.test(bare) ? "one of Microsoft's own services" : undefined;
}
