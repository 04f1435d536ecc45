/** Every setting this program reads, in the order the README lists them. What Azure sets by itself stands apart. */
export const SETTING_NAMES = [
  'POWERBI_TENANT_ID',
  'POWERBI_CLIENT_ID',
  'KEY_VAULT_URI',
  'POWERBI_CLIENT_SECRET_NAME',
  'POWERBI_CLOUD',
  'AZURE_CLIENT_ID',
  'PROFILES_FILE',
  'CALLER_AUTH',
  'CALLER_TENANT_ID',
  'CALLER_AUDIENCE',
  'CALLER_RATE_PER_MINUTE',
  'SIGN_IN_REDIRECT_URI',
  'SIGN_IN_RETURN_ORIGINS',
  'SIGN_IN_COOKIE_SECRET_NAME',
  'AZURE_AUTHORITY_HOST',
  'POWERBI_API_URL',
] as const;

/** What the platform gives; nobody types these. */
export const PLATFORM_SETTING_NAMES = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'WEBSITE_AUTH_ENABLED',
  'AZURE_FUNCTIONS_ENVIRONMENT',
] as const;

export type SettingName = (typeof SETTING_NAMES)[number] | (typeof PLATFORM_SETTING_NAMES)[number];
