import type { service } from 'powerbi-client';

export type PowerBiClient = Pick<service.Service, 'embed' | 'reset'>;

/**
 * The powerbi-client of the page: from a script tag, or else from the package. The package is loaded here and not at import,
 * because it needs a window, which a server that renders pages does not have. Both put their service at `window.powerbi`.
 */
export async function loadPowerBiClient(): Promise<PowerBiClient> {
  const found = findClient();
  if (found) return found;
  await import('powerbi-client');
  const loaded = findClient();
  if (!loaded) throw new Error('powerbi-client is missing: load its script before this one, or install the package.');
  return loaded;
}

function findClient(): PowerBiClient | undefined {
  const { powerbi } = globalThis as { readonly powerbi?: Partial<PowerBiClient> };
  return powerbi?.embed && powerbi.reset ? (powerbi as PowerBiClient) : undefined;
}
