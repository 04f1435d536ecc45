import type { Runtime } from '../src/runtime.ts';
import { createAppCore } from '../src/app/core.ts';
import { describeFaults } from '../src/config/faults.ts';
import { readConfig } from '../src/config/read-config.ts';
import type { ServedToken } from '../src/tokens/token-cache.ts';

export interface TokenSource {
  /** What a request for the `default` profile's token does once caller and parameters are known. */
  getToken(): Promise<ServedToken>;
}

/** One instance of the product below its HTTP layer. */
export function createTokenSource(
  environment: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
): TokenSource {
  const config = readConfig(environment, () => undefined);
  if (config.kind === 'faulty') throw new Error(describeFaults(config.faults));
  const coreRuntime = { ...runtime, onRefreshFailure: () => undefined };
  const { profiles, tokens } = createAppCore(config, coreRuntime);
  const profile = profiles.find('default');
  if (profile.kind !== 'own') throw new Error('The default profile has no tokens of its own.');
  return { getToken: () => tokens.get(profile.endpoint) };
}
