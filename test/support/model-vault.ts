import { ServiceError } from '../../src/errors.ts';
import type { SecretStore } from '../../src/secrets/secret-store.ts';
import type { Secret } from '../../src/secrets/secret-store.ts';

/** A secret store in memory with a history of versions. It can be slow and can fail. */
export interface ModelVault extends SecretStore {
  /** Every version, the newest first. */
  versions: Secret[];
  /** Every answer waits for this promise. */
  delay: () => Promise<void>;
  /** The error of every request, if set. */
  failure: ServiceError | undefined;
  /** The requests: `read`, `versions` or `read v1`. */
  readonly asked: string[];
  rotate(secret: Secret): void;
}

export function createModelVault(...versions: Secret[]): ModelVault {
  async function answer<T>(question: string, find: () => T): Promise<T> {
    vault.asked.push(question);
    // The answer is the newest version at the time of the request, however long the answer takes.
    const found = find();
    await vault.delay();
    if (vault.failure !== undefined) throw vault.failure;
    return found;
  }
  function known(secret: Secret | undefined): Secret {
    if (secret === undefined) throw new ServiceError('secret_unavailable', 'There is no such secret.');
    return secret;
  }
  const vault: ModelVault = {
    kind: 'secret',
    versions,
    asked: [],
    failure: undefined,
    delay: () => Promise.resolve(),
    rotate(secret) {
      vault.versions = [secret, ...vault.versions];
    },
    read: (_, __, version) =>
      version === undefined
        ? answer('read', () => known(vault.versions[0]))
        : answer(`read ${version}`, () => known(vault.versions.find((secret) => secret.version === version))),
    readVersions: () => answer('versions', () => vault.versions),
  };
  return vault;
}
