import type { Runtime } from '../runtime.ts';
import { serveProfile } from '../profiles/serve-profile.ts';
import type { SoundConfig } from '../config/config.ts';
import { createAppIdentity, type AppIdentity } from '../identity/app-identity.ts';
import { createDeveloperIdentity, DEVELOPER_IDENTITY_TIMEOUT_MS } from '../identity/developer-identity.ts';
import { createManagedIdentity, type GetIdentityToken } from '../identity/managed-identity.ts';
import { createIssuerDiscovery } from '../issuers/discovery.ts';
import { createProfiles, type Profiles } from '../profiles/profiles.ts';
import { missingVault } from '../secrets/missing-vault.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import type { Secret } from '../secrets/secret.ts';
import { createCertificateStore, type VaultCertificate } from '../secrets/certificate-store.ts';
import { createVaultConnection, type VaultDependencies } from '../secrets/vault-connection.ts';
import { createVaultObjectCache, type VaultObjectCache } from '../secrets/vault-object-cache.ts';
import { createCookieKeys, type CookieKeys } from '../sign-in/cookie-keys.ts';
import { createTokenCache, type TokenCache } from '../tokens/token-cache.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

/** Everything below callers and HTTP: what asks, and what keeps fresh. */
export interface AppCore {
  readonly identity: AppIdentity;
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly cookieKeys: CookieKeys;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
}

/** What the caches take, too. */
export type CoreRuntime = Runtime & CacheDependencies;

/** How a managed identity's tokens are asked for: by MSAL, which keeps one identity for each client id of a whole process. */
export type AskIdentity = (clientId: string | undefined) => GetIdentityToken;

/** A part of the composition root. */
export function createAppCore(
  config: SoundConfig,
  runtime: CoreRuntime,
  askIdentity: AskIdentity = (clientId) => createManagedIdentity(runtime, clientId),
): AppCore {
  const identityOf = createIdentities(config, runtime, askIdentity);
  const identity = identityOf(undefined);
  const vault = createVault(config, { ...runtime, identity });
  const secrets = createVaultObjectCache(vault.secrets, runtime);
  const certificates = createVaultObjectCache(vault.certificates, runtime);
  const cookieKeys = createCookieKeys(vault.secrets, { ...runtime, secretName: config.signIn.cookieSecretName });
  const parts = { ...runtime, secrets, certificates, identityOf, findIssuer: createIssuerDiscovery(runtime) };
  const served = [...config.profiles.values()].map((settings) => serveProfile(settings, parts));
  const profiles = createProfiles(served, config.profileFaults);
  return { identity, secrets, certificates, cookieKeys, profiles, tokens: createTokenCache(runtime) };
}

/** One identity for each client id, so that each keeps its tokens warm once; the app's own where none is named. */
function createIdentities(
  { identity: settings }: SoundConfig,
  runtime: CoreRuntime,
  askIdentity: AskIdentity,
): (clientId: string | undefined) => AppIdentity {
  const identities = new Map<string | undefined, AppIdentity>();
  const ownClientId = settings.kind === 'managed' ? settings.clientId : undefined;
  return (clientId = ownClientId) => {
    const known = identities.get(clientId);
    if (known !== undefined) return known;
    const identity =
      settings.kind === 'developer'
        ? createAppIdentity(createDeveloperIdentity(), { ...runtime, attemptTimeoutMs: DEVELOPER_IDENTITY_TIMEOUT_MS })
        : createAppIdentity(askIdentity(clientId), runtime);
    identities.set(clientId, identity);
    return identity;
  };
}

function createVault({ keyVault }: SoundConfig, dependencies: VaultDependencies): typeof missingVault {
  if (keyVault === undefined) return missingVault;
  const connection = createVaultConnection(keyVault, dependencies);
  const secrets = createSecretStore(connection);
  return { secrets, certificates: createCertificateStore(connection, secrets) };
}
