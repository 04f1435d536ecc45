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
