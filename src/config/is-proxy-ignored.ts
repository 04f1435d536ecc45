import type { Environment } from './setting-reader.ts';

export const IGNORED_PROXY = {
  output: 'HTTPS_PROXY is set, but Node.js ignores it.',
  hint: 'Set NODE_USE_ENV_PROXY=1, and NO_PROXY to the host of IDENTITY_ENDPOINT; or remove HTTPS_PROXY.',
} as const;

/** Whether Node.js ignores the environment's proxy: it uses one only with NODE_USE_ENV_PROXY=1 or --use-env-proxy. */
export function isProxyIgnored(environment: Environment): boolean {
  const namesProxy = ['HTTPS_PROXY', 'https_proxy'].some((name) => Boolean(environment[name]));
  const usesProxy =
    environment['NODE_USE_ENV_PROXY'] === '1' || /--use-env-proxy\b/.test(environment['NODE_OPTIONS'] ?? '');
  return namesProxy && !usesProxy;
}
