import type { TokenCredential } from '@azure/core-auth';
import { SecretClient, type KeyVaultSecret, type SecretProperties } from '@azure/keyvault-secrets';
import { remainingMs } from '../access-token.ts';
import type { Clock } from '../clock.ts';
import { ServiceError, UpstreamError } from '../errors.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import type { Fetch } from '../upstream/fetch-upstream.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { Secret } from './secret.ts';
import { judgeVaultError } from './vault-errors.ts';
import { createVaultTransport } from './vault-transport.ts';

/** Where secrets are read. Throws `secret_unavailable`, `upstream_unavailable`, or what the app's identity throws. */
export interface SecretStore {
  /** The newest version. */
  read(name: string, budget: Budget): Promise<Secret>;
  /** Every enabled version, the newest first. */
  readVersions(name: string, budget: Budget): Promise<readonly SecretVersion[]>;
  readVersion(name: string, version: string, budget: Budget): Promise<Secret>;
}

export interface SecretVersion {
  readonly version: string;
  readonly createdOnMs: number | undefined;
}

export interface KeyVaultOptions {
  readonly vaultUrl: string;
  /** `https://vault.azure.net/.default`, or its like in another cloud. */
  readonly vaultScope: string;
  /** Off for a local stand-in alone, whose host is not below the challenge's resource. */
  readonly verifyChallengeResource: boolean;
}

export interface KeyVaultDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly identity: AppIdentity;
}

/** Key Vault, read through the Azure SDK as the app's identity. */
export function createKeyVault(options: KeyVaultOptions, dependencies: KeyVaultDependencies): SecretStore {
  const { clock, random, identity } = dependencies;
  const client = createSecretClient(options, dependencies);

  async function ask<T>(what: string, budget: Budget, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    // Asked for first, with retries of its own: inside the SDK's request it would count against the vault's time.
    await identity.getToken(options.vaultScope, budget);
    return withRetries({ clock, random, budget, service: 'key-vault' }, async (signal) => {
      try {
        return await request(signal);
      } catch (error) {
        throw judgeVaultError(error, what);
      }
    });
  }

  async function readVersion(name: string, version: string | undefined, budget: Budget): Promise<Secret> {
    const what = `secret "${name}"`;
    const secret = await ask(what, budget, (abortSignal) =>
      client.getSecret(name, { abortSignal, ...(version === undefined ? {} : { version }) }),
    );
    return toSecret(name, secret);
  }

  return {
    read: (name, budget) => readVersion(name, undefined, budget),
    readVersion,
    readVersions: (name, budget) =>
      ask(`versions of secret "${name}"`, budget, async (abortSignal) => {
        const versions: SecretProperties[] = [];
        for await (const version of client.listPropertiesOfSecretVersions(name, { abortSignal }))
          versions.push(version);
        return newestFirst(versions);
      }),
  };
}

/** What stands in for the vault where none is set: whoever asks it for a secret is told which setting is missing. */
export const missingVault: SecretStore = {
  read: refuse,
  readVersion: refuse,
  readVersions: refuse,
};

function refuse(): Promise<never> {
  return Promise.reject(
    new ServiceError('misconfigured', 'KEY_VAULT_URI is not set, and a secret is needed.', {
      hint: 'Set KEY_VAULT_URI to https://NAME.vault.azure.net (Portal: Settings > Environment variables).',
    }),
  );
}

function createSecretClient(options: KeyVaultOptions, { fetch, clock, identity }: KeyVaultDependencies): SecretClient {
  const credential: TokenCredential = {
    async getToken(scopes) {
      const token = await identity.getToken([scopes].flat()[0] ?? options.vaultScope, createBudget(clock));
      return { token: token.value, expiresOnTimestamp: clock.now().wallMs + remainingMs(token, clock.now()) };
    },
  };
  return new SecretClient(options.vaultUrl, credential, {
    httpClient: createVaultTransport(fetch, clock),
    retryOptions: { maxRetries: 0 },
    disableChallengeResourceVerification: !options.verifyChallengeResource,
  });
}

function toSecret(name: string, { value, properties }: KeyVaultSecret): Secret {
  if (value === undefined || value === '') {
    throw new UpstreamError(
      'secret_unavailable',
      `The secret "${name}" in Key Vault is empty.`,
      { service: 'key-vault' },
      {
        hint: `Store its value: az keyvault secret set --name ${name} --value ...`,
      },
    );
  }
  return {
    name,
    value,
    version: properties.version ?? '',
    createdOnMs: properties.createdOn?.getTime(),
    expiresOnMs: properties.expiresOn?.getTime(),
  };
}

function newestFirst(versions: readonly SecretProperties[]): readonly SecretVersion[] {
  return versions
    .filter((version) => version.enabled !== false)
    .map((version) => ({ version: version.version ?? '', createdOnMs: version.createdOn?.getTime() }))
    .sort((one, other) => (other.createdOnMs ?? 0) - (one.createdOnMs ?? 0));
}
