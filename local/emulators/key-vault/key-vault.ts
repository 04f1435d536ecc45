import { randomUUID } from 'node:crypto';
import type { ServerCertificates } from '../certificate-authority.ts';
import type { Answer, Emulator, RecordedRequest } from '../emulator.ts';
import { startEmulatorServer } from '../emulator-server.ts';
import type { SigningKey } from '../signing-key.ts';
import { createCertificateStore } from './certificate-store.ts';
import type { CertificateOptions, VaultCertificate } from './certificate-store.ts';
import { answerCertificateOperation, answerKeyOperation } from './key-operations.ts';
import { answerSecretOperation } from './secret-operations.ts';
import { createSecretStore } from './secret-store.ts';
import type { SecretOptions } from './secret-store.ts';
import { createVaultAccess } from './vault-access.ts';
import type { VaultArea } from './vault-access.ts';
import { refuse } from './vault-answers.ts';

export interface KeyVaultEmulator extends Emulator {
  /** Adds a version and returns its id. */
  readonly setSecret: (name: string, value: string, options?: SecretOptions) => string;
  readonly deleteSecret: (name: string) => void;
  /** One version; without a version, all of them. */
  readonly disableSecret: (name: string, version?: string) => void;
  readonly enableSecret: (name: string, version?: string) => void;
  /** Adds a self-signed certificate with its key and secret. If the name exists, this is its next version. */
  readonly setCertificate: (name: string, options?: CertificateOptions) => Promise<VaultCertificate>;
  /** Role assignment for a managed identity's principal id, on everything unless areas are named. */
  readonly allow: (principalId: string, areas?: readonly VaultArea[]) => void;
  readonly deny: (principalId: string) => void;
  /** Refuses every identity token that was accepted so far. */
  readonly revokeTokens: () => void;
  /** The firewall, or disabled public access: every request is refused. */
  blockedBy: 'firewall' | 'connection' | undefined;
}

export interface KeyVaultOptions {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  readonly authorityUrl: string;
  readonly certificates: ServerCertificates;
  readonly nowMs: () => number;
  readonly port?: number | undefined;
}

const areas: readonly VaultArea[] = ['secrets', 'keys', 'certificates'];

/** A Key Vault with role-based access: secrets, keys that sign, certificates. */
export async function startKeyVault(options: KeyVaultOptions): Promise<KeyVaultEmulator & { close(): Promise<void> }> {
  const { nowMs, certificates, port } = options;
  const secrets = createSecretStore(nowMs);
  const storedCertificates = createCertificateStore(nowMs, secrets);
  const access = createVaultAccess({ ...options, blockedBy: () => vault.blockedBy });

  const answer = async (request: RecordedRequest): Promise<Answer | undefined> => {
    // The SDK requests /secrets/NAME/ for the newest version.
    const [areaName = '', ...path] = request.path.split('/').filter((part) => part !== '');
    const area = areas.find((known) => known === areaName);
    if (area === undefined) return undefined;
    const refusal = await access.refusal(request, area);
    if (refusal !== undefined) return refusal;
    if ((request.query.get('api-version') ?? '') === '') {
      return refuse(400, 'BadParameter', 'The query parameter api-version is missing.');
    }
    const operation = { vaultUrl: vault.url, request, path };
    switch (area) {
      case 'secrets':
        return answerSecretOperation(secrets, operation);
      case 'keys':
        return answerKeyOperation(storedCertificates, operation);
      case 'certificates':
        return answerCertificateOperation(storedCertificates, operation);
    }
  };
  const handle = async (request: RecordedRequest): Promise<Answer | undefined> => {
    const answered = await answer(request);
    return answered && { ...answered, headers: { ...answered.headers, 'x-ms-request-id': randomUUID() } };
  };

  const server = await startEmulatorServer({ handle, nowMs, certificates, port });
  const vault: KeyVaultEmulator & { close(): Promise<void> } = {
    ...server,
    blockedBy: undefined,
    setSecret: secrets.set,
    deleteSecret: secrets.remove,
    disableSecret: (name, version) => {
      secrets.setEnabled(name, false, version);
    },
    enableSecret: (name, version) => {
      secrets.setEnabled(name, true, version);
    },
    setCertificate: (name, certificateOptions) => storedCertificates.set(vault.url, name, certificateOptions),
    allow: (principalId, allowedAreas = areas) => {
      access.allow(principalId, allowedAreas);
    },
    deny: access.deny,
    revokeTokens: access.revokeTokens,
  };
  return vault;
}
