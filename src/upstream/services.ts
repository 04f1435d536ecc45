import type { UpstreamService } from '../errors.ts';

/** The name of each upstream in messages, and the settings that have its URL. */
export const SERVICES = {
  'identity-endpoint': {
    name: 'The managed identity endpoint',
    address: 'IDENTITY_ENDPOINT, which Azure sets and no app setting may replace',
  },
  'key-vault': { name: 'Key Vault', address: 'KEY_VAULT_URI' },
  issuer: {
    name: 'The token issuer',
    address: '"issuer" or "tokenEndpoint" of the profile, or for Entra AZURE_AUTHORITY_HOST and POWERBI_CLOUD',
  },
  'power-bi': { name: 'Power BI', address: 'POWERBI_API_URL and POWERBI_CLOUD' },
} as const satisfies Record<UpstreamService, { readonly name: string; readonly address: string }>;
