import type { Runtime } from '../runtime.ts';
import { serveProfile } from '../profiles/serve-profile.ts';
import type { IdentitySettings, SoundConfig } from '../config/config.ts';
import { createAppIdentity, type AppIdentity } from '../identity/app-identity.ts';
import { createDeveloperIdentity, DEVELOPER_IDENTITY_TIMEOUT_MS } from '../identity/developer-identity.ts';
import { createManagedIdentity } from '../identity/managed-identity.ts';
import { createIssuerDiscovery } from '../issuers/discovery.ts';
import { createProfiles, type Profiles } from '../profiles/profiles.ts';
import { missingVault } from '../secrets/missing-vault.ts';
import { createSecretStore, type Secret } from '../secrets/secret-store.ts';
import { createCertificateStore, type VaultCertificate } from '../secrets/certificate-store.ts';
import { createVaultConnection, type VaultDependencies } from '../secrets/vault-connection.ts';
import { createVaultObjectCache, type VaultObjectCache } from '../secrets/vault-object-cache.ts';
import { createCookieKeys, type CookieKeys } from '../sign-in/cookie-keys.ts';
import { createTokenCache, type TokenCache } from '../tokens/token-cache.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

/** Everything below callers and HTTP: the endpoints, and the caches that keep their values fresh. */
export interface AppCore {
  readonly identity: AppIdentity;
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly cookieKeys: CookieKeys;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
}

/** The runtime, with what the caches need beside it. */
export type CoreRuntime = Runtime & CacheDependencies;

/** Connects the parts of the core. */
export function createAppCore(config: SoundConfig, runtime: CoreRuntime): AppCore {
  const identityOf = createIdentities(config, runtime);
  const identity = identityOf(undefined);
  const vault = createVault(config, { ...runtime, identity });
  const secrets = createVaultObjectCache(vault.secrets, runtime);
  const certificates = createVaultObjectCache(vault.certificates, runtime);
  const cookieKeys = createCookieKeys(vault.secrets, { ...runtime, secretName: config.signIn.cookieSecretName });
  const parts = { ...runtime, secrets, certificates, identityOf, findIssuer: createIssuerDiscovery(runtime) };
  const served = [...config.profiles.values()].map((settings) => serveProfile(settings, parts));
  const profiles = createProfiles(served, config.profileFaults);
  const tokens = createTokenCache(runtime);
  return { identity, secrets, certificates, cookieKeys, profiles, tokens };
}

/** One identity per client id, so that each has only one cache; without a client id it is the app's own. */
function createIdentities(
  { identity: settings }: SoundConfig,
  runtime: CoreRuntime,
): (clientId: string | undefined) => AppIdentity {
  const identities = new Map<string | undefined, AppIdentity>();
  return (clientId = settings.kind === 'managed' ? settings.clientId : undefined) => {
    const known = identities.get(clientId);
    if (known !== undefined) return known;
    const identity = createIdentity(settings, clientId, runtime);
    identities.set(clientId, identity);
    return identity;
  };
}

function createIdentity(settings: IdentitySettings, clientId: string | undefined, runtime: CoreRuntime): AppIdentity {
  switch (settings.kind) {
    case 'managed': {
      const requestToken = createManagedIdentity({ ...settings, clientId }, runtime);
      return createAppIdentity(requestToken, runtime);
    }
    case 'developer':
      return createAppIdentity(createDeveloperIdentity(runtime.clock), {
        ...runtime,
        attemptTimeoutMs: DEVELOPER_IDENTITY_TIMEOUT_MS,
      });
    default:
      return settings satisfies never;
  }
}

function createVault({ keyVault }: SoundConfig, dependencies: VaultDependencies): typeof missingVault {
  if (keyVault === undefined) return missingVault;
  const connection = createVaultConnection(keyVault, dependencies);
  const secrets = createSecretStore(connection);
  return { secrets, certificates: createCertificateStore(connection, secrets) };
}
