import type { Runtime } from '../src/runtime.ts';
import { createAppCore } from '../src/app/core.ts';
import { describeFaults } from '../src/config/faults.ts';
import { readConfig } from '../src/config/read-config.ts';
import type { ServedToken } from '../src/tokens/token-cache.ts';

export interface TokenSource {
  /** Gets the token of the profile `default`, like a request after the checks of its caller and parameters. */
  getToken(): Promise<ServedToken>;
}

/** One instance of the app without its HTTP layer. */
export function createTokenSource(
  environment: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
): TokenSource {
  const config = readConfig(environment, () => undefined);
  if (config.kind === 'faulty') throw new Error(describeFaults(config.faults));
  const coreRuntime = { ...runtime, onRefreshFailure: () => undefined };
  const { profiles, tokens } = createAppCore(config, coreRuntime);
  const profile = profiles.find('default');
  if (profile.kind !== 'own') throw new Error('The default profile has no own tokens.');
  return { getToken: () => tokens.get(profile.endpoint) };
}
