import type { Answer } from '../emulator.ts';
import type { SecretStore, SecretVersion } from './secret-store.ts';
import { answerPage, forbid, refuse, toEpochSeconds, type VaultOperation } from './vault-answers.ts';

/** GET /secrets/{name}[/{version}] and GET /secrets/{name}/versions. */
export function answerSecretOperation(
  store: SecretStore,
  { vaultUrl, request, path: [name = '', version] }: VaultOperation,
): Answer | undefined {
  if (request.method !== 'GET') return undefined;
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
    return refuse(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
  }
  return version === 'versions'
    ? answerPage(
        request.query,
        `${vaultUrl}/secrets/${name}/versions`,
        store.versionsOf(name).map((secret) => describe(secret, vaultUrl)),
      )
    : getSecret(store, vaultUrl, { name, version });
}

function getSecret(
  store: SecretStore,
  vaultUrl: string,
  { name, version }: { name: string; version: string | undefined },
): Answer {
  const secret = store.find(name, version);
  if (secret === undefined) {
    const id = version === undefined ? name : `${name}/${version}`;
    return refuse(404, 'SecretNotFound', `A secret with (name/id) ${id} was not found in this key vault.`);
  }
  if (!secret.enabled) {
    return forbid('SecretDisabled', 'Operation get is not allowed on a disabled secret.');
  }
  // The vault returns a secret whatever its exp and nbf say.
  return { status: 200, body: { value: secret.value, ...describe(secret, vaultUrl) } };
}

function describe(secret: SecretVersion, vaultUrl: string): Record<string, unknown> {
  return {
    ...(secret.contentType === undefined ? {} : { contentType: secret.contentType }),
    id: `${vaultUrl}/secrets/${secret.name}/${secret.version}`,
    ...(secret.keyId === undefined ? {} : { managed: true, kid: secret.keyId }),
    attributes: {
      enabled: secret.enabled,
      ...(secret.notBefore === undefined ? {} : { nbf: toEpochSeconds(secret.notBefore) }),
      ...(secret.expiresOn === undefined ? {} : { exp: toEpochSeconds(secret.expiresOn) }),
      created: toEpochSeconds(secret.createdOn),
      updated: toEpochSeconds(secret.updatedOn),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
  };
}
