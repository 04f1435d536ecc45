import { randomBytes } from 'node:crypto';

export interface SecretOptions {
  readonly expiresOn?: Date;
  readonly notBefore?: Date;
  readonly enabled?: boolean;
  readonly createdOn?: Date;
  readonly contentType?: string;
  /** Version id to use: a certificate, its key and its secret share one. */
  readonly version?: string;
  /** The key behind the secret of a certificate. */
  readonly keyId?: string;
}

export interface SecretVersion {
  readonly name: string;
  readonly version: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly createdOn: Date;
  readonly updatedOn: Date;
  readonly expiresOn: Date | undefined;
  readonly notBefore: Date | undefined;
  readonly contentType: string | undefined;
  readonly keyId: string | undefined;
}

export interface SecretStore {
  readonly set: (name: string, value: string, options?: SecretOptions) => string;
  readonly remove: (name: string) => void;
  /** One version; without a version, all of them. */
  readonly setEnabled: (name: string, enabled: boolean, version?: string) => void;
  /** The version named, or the newest; a disabled one too. */
  readonly find: (name: string, version: string | undefined) => SecretVersion | undefined;
  /** Newest first. */
  readonly versionsOf: (name: string) => readonly SecretVersion[];
}

export function newVersionId(): string {
  return randomBytes(16).toString('hex');
}

export function createSecretStore(nowMs: () => number): SecretStore {
  // The vault ignores case in names.
  const secrets = new Map<string, readonly SecretVersion[]>();
  const versionsOf = (name: string): readonly SecretVersion[] => secrets.get(name.toLowerCase()) ?? [];
  return {
    set: (name, value, options = {}) => {
      const now = new Date(nowMs());
      const added: SecretVersion = {
        name,
        version: options.version ?? newVersionId(),
        value,
        enabled: options.enabled ?? true,
        createdOn: options.createdOn ?? now,
        updatedOn: options.createdOn ?? now,
        expiresOn: options.expiresOn,
        notBefore: options.notBefore,
        contentType: options.contentType,
        keyId: options.keyId,
      };
      // The one added last comes first among those created at the same instant.
      const versions = [added, ...versionsOf(name)].sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
      secrets.set(name.toLowerCase(), versions);
      return added.version;
    },
    remove: (name) => {
      secrets.delete(name.toLowerCase());
    },
    setEnabled: (name, enabled, version) => {
      const versions = versionsOf(name).map((one) =>
        version === undefined || one.version === version ? { ...one, enabled, updatedOn: new Date(nowMs()) } : one,
      );
      secrets.set(name.toLowerCase(), versions);
    },
    find: (name, version) =>
      version === undefined ? versionsOf(name)[0] : versionsOf(name).find((one) => one.version === version),
    versionsOf,
  };
}
