// Settings that say where Azure is and who asks. A developer's shell may carry real ones, which must not mix with the
// stand-ins.
const settingsOfAnotherAzure = [
  'AZURE_AUTHORITY_HOST',
  'AZURE_CLIENT_ID',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'KEY_VAULT_URI',
  'POWERBI_API_URL',
  'POWERBI_CLIENT_ID',
  'POWERBI_CLIENT_SECRET_NAME',
  'POWERBI_CLOUD',
  'POWERBI_TENANT_ID',
];

const loopbackHosts = 'localhost,127.0.0.1,::1';

/**
 * What the stack sets for the app, whatever local.settings.json says: the stand-ins' own settings and its own address. Tenant
 * and client are left out where profiles.json has a profile `default`, which may not be described twice.
 */
export function createAppSettings(
  emulatorSettings: Readonly<Record<string, string>>,
  { port, hasDefaultProfile }: { readonly port: number; readonly hasDefaultProfile: boolean },
): Record<string, string> {
  const settings = { ...emulatorSettings, SIGN_IN_REDIRECT_URI: `http://localhost:${port}/api/auth/callback` };
  const ofDefaultProfile = ['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID'];
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !hasDefaultProfile || !ofDefaultProfile.includes(name)),
  );
}

/**
 * The environment of a function app that runs against the stand-ins: `inherited` without another Azure's settings, the
 * stand-ins' `settings`, their certificate authority trusted and loopback kept away from any proxy.
 */
export function createAppEnvironment(
  inherited: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>>,
  certificateAuthorityFile: string,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !settingsOfAnotherAzure.includes(name));
  const noProxy = [loopbackHosts, inherited['NO_PROXY'] ?? inherited['no_proxy'] ?? ''].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(kept),
    FUNCTIONS_WORKER_RUNTIME: 'node',
    ...settings,
    NODE_EXTRA_CA_CERTS: certificateAuthorityFile,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}
