/** Every setting that an operator sets, in the order of the README. */
export const SETTING_NAMES = [
  'POWERBI_TENANT_ID',
  'POWERBI_CLIENT_ID',
  'KEY_VAULT_URI',
  'POWERBI_CLIENT_SECRET_NAME',
  'POWERBI_CLOUD',
  'AZURE_CLIENT_ID',
  'PROFILES_FILE',
  'CALLER_AUTH',
  'CALLER_ISSUER',
  'CALLER_TENANT_ID',
  'CALLER_AUDIENCE',
  'CALLER_RATE_PER_MINUTE',
  'PUBLIC_URL',
  'SIGN_IN_REDIRECT_URI',
  'SIGN_IN_RETURN_ORIGINS',
  'SIGN_IN_COOKIE_SECRET_NAME',
  'AZURE_AUTHORITY_HOST',
  'POWERBI_API_URL',
] as const;

/** Settings that App Service or the Functions host sets. */
export const PLATFORM_SETTING_NAMES = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'WEBSITE_AUTH_ENABLED',
  'AZURE_FUNCTIONS_ENVIRONMENT',
] as const;

/** Variables that show where the app runs. They are not settings of the app. */
export const MACHINE_VARIABLE_NAMES = [
  'WEBSITE_HOSTNAME',
  'WEBSITE_INSTANCE_ID',
  'CONTAINER_NAME',
  'NODE_TLS_REJECT_UNAUTHORIZED',
] as const;

export type SettingName =
  (typeof SETTING_NAMES)[number] | (typeof PLATFORM_SETTING_NAMES)[number] | (typeof MACHINE_VARIABLE_NAMES)[number];
