// Settings with the URLs and ids of Azure. A developer's shell may have real ones, which must not mix with those of the
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
 * The settings that override local.settings.json: those of the stand-ins, and the app's own
 * URL. Tenant and client are left out if profiles.json has a profile `default`, because the app refuses both at once.
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
 * The environment of a function app that runs against the stand-ins: `inherited` without the settings of another Azure,
 * plus the `settings` of the stand-ins. Their certificate authority is trusted, and loopback uses no proxy.
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

/** The variables of the shell that the app does not get, or gets with another value, separated by commas. */
export function describeDroppedVariables(inherited: NodeJS.ProcessEnv): string | undefined {
  const dropped = [...settingsOfAnotherAzure, 'SIGN_IN_REDIRECT_URI', 'NODE_EXTRA_CA_CERTS'].filter(
    (name) => (inherited[name] ?? '') !== '',
  );
  return dropped.length === 0 ? undefined : dropped.join(', ');
}
