import type { Runtime } from '../src/app.ts';
import { createServedProfiles } from '../src/app-profiles.ts';
import { readConfig } from '../src/config/read-config.ts';
import type { KeyVaultSettings } from '../src/config/config.ts';
import { createAppIdentity, type AppIdentity } from '../src/identity/app-identity.ts';
import { createManagedIdentity, type GetIdentityToken } from '../src/identity/managed-identity.ts';
import { createIssuerDiscovery } from '../src/issuers/discovery.ts';
import { createVaultObjectCache } from '../src/secrets/vault-object-cache.ts';
import { createSecretStore } from '../src/secrets/secret-store.ts';
import { createCertificateStore } from '../src/secrets/vault-certificates.ts';
import { createVaultConnection } from '../src/secrets/vault-connection.ts';
import { createTokenCache, type ServedToken } from '../src/tokens/token-cache.ts';

export interface TokenSource {
  /** What a request for the `default` profile's token does once caller and parameters are known. */
  getToken(): Promise<ServedToken>;
}

/**
 * One instance of the product below its HTTP layer, wired as the composition root wires it. The identity endpoint may be
 * replaced, since MSAL would keep one identity for all instances in a process.
 */
export function createTokenSource(
  environment: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
  askIdentity: GetIdentityToken = createManagedIdentity(runtime, undefined),
): TokenSource {
  const config = readConfig(environment, () => undefined);
  const shared = { ...runtime, onRefreshFailure: () => undefined };
  const identity: AppIdentity = createAppIdentity(askIdentity, shared);
  const connection = createVaultConnection(config.keyVault as KeyVaultSettings, { ...runtime, identity });
  const store = createSecretStore(connection);
  const endpoint = createServedProfiles(config, {
    ...runtime,
    secrets: createVaultObjectCache(store, shared),
    certificates: createVaultObjectCache(createCertificateStore(connection, store), shared),
    identityOf: () => identity,
    findIssuer: createIssuerDiscovery(shared),
  }).find('default').endpoint;
  if (endpoint === undefined) throw new Error('The default profile has no tokens of its own.');
  const tokens = createTokenCache(shared);
  return { getToken: () => tokens.get(endpoint) };
}
