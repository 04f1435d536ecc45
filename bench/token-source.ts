import type { Runtime } from '../src/runtime.ts';
import { createAppCore } from '../src/app/core.ts';
import { describeFaults } from '../src/config/faults.ts';
import { readConfig } from '../src/config/read-config.ts';
import type { GetIdentityToken } from '../src/identity/managed-identity.ts';
import type { ServedToken } from '../src/tokens/token-cache.ts';

export interface TokenSource {
  /** What a request for the `default` profile's token does once caller and parameters are known. */
  getToken(): Promise<ServedToken>;
}

/**
 * One instance of the product below its HTTP layer. The identity endpoint may be replaced, since MSAL would keep one
 * identity for all instances in a process.
 */
export function createTokenSource(
  environment: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
  askIdentity?: GetIdentityToken,
): TokenSource {
  const config = readConfig(environment, () => undefined);
  if (config.kind === 'faulty') throw new Error(describeFaults(config.faults));
  const coreRuntime = { ...runtime, onRefreshFailure: () => undefined };
  const { profiles, tokens } = createAppCore(config, coreRuntime, askIdentity && (() => askIdentity));
  const profile = profiles.find('default');
  if (profile.kind !== 'own') throw new Error('The default profile has no tokens of its own.');
  return { getToken: () => tokens.get(profile.endpoint) };
}
