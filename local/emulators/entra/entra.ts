import { X509Certificate } from 'node:crypto';
import type { ServerCertificates } from '../certificate-authority.ts';
import type { Emulator } from '../emulator.ts';
import { startEmulatorServer } from '../emulator-server.ts';
import type { SigningKey } from '../signing-key.ts';
import { issueCallerToken } from './caller-tokens.ts';
import type { CallerTokenOptions } from './caller-tokens.ts';
import { createDirectory } from './directory.ts';
import type { FederatedCredential, Registration, RegistrationOptions, User, UserOptions } from './directory.ts';
import type { EntraControls, EntraService } from './entra-service.ts';
import { createGrantStore } from './grant-store.ts';
import { routeEntraRequest } from './entra-routes.ts';

/** Identifies a registration. */
interface RegistrationReference {
  readonly tenantId: string;
  readonly clientId: string;
}

export interface EntraEmulator extends Emulator, EntraControls {
  readonly addTenant: (tenantId: string, domains?: readonly string[]) => void;
  readonly register: (options: RegistrationOptions) => Registration;
  readonly addSecret: (app: RegistrationReference, value: string, options?: { readonly expiresOn?: Date }) => void;
  readonly removeSecret: (app: RegistrationReference, value: string) => void;
  /** Makes the secret expire now. */
  readonly expireSecret: (app: RegistrationReference, value: string) => void;
  /** The public certificate, PEM or DER. */
  readonly addCertificate: (app: RegistrationReference, certificate: string | Uint8Array) => void;
  readonly removeCertificate: (app: RegistrationReference, certificate: string | Uint8Array) => void;
  readonly addFederatedCredential: (app: RegistrationReference, credential: FederatedCredential) => void;
  readonly addUser: (options: UserOptions) => User;
  /** From now on, on-behalf-of requests for this person end in a claims challenge (or no longer do). */
  readonly requireInteraction: (
    user: { readonly tenantId: string; readonly upn: string },
    isRequired?: boolean,
  ) => void;
  /** Revokes every refresh token of the person, as a changed password does. */
  readonly revokeRefreshTokens: (user: { readonly tenantId: string; readonly upn: string }) => void;
  readonly issueCallerToken: (options: CallerTokenOptions) => Promise<string>;
}

export interface EntraOptions {
  readonly signingKey: SigningKey;
  readonly certificates: ServerCertificates;
  readonly nowMs: () => number;
  readonly port?: number | undefined;
}

/** Entra ID: tenants, app registrations and people, and the endpoints that issue tokens for them. */
export async function startEntra(options: EntraOptions): Promise<EntraEmulator & { close(): Promise<void> }> {
  const { signingKey, certificates, nowMs, port } = options;
  const directory = createDirectory(nowMs);
  const controls: EntraControls = {
    tokenLifetimeSeconds: 3599,
    refreshInSeconds: undefined,
    responseOverride: undefined,
    requireSecretReplicationMs: 0,
    singleUseRefreshTokens: false,
  };
  const server = await startEmulatorServer({
    handle: (request) => routeEntraRequest(service, request),
    nowMs,
    certificates,
    port,
    throttledBody: { error: 'temporarily_unavailable', error_description: 'AADSTS90055: Too many requests.' },
  });
  const service: EntraService = {
    url: () => server.url,
    nowMs,
    signingKey,
    directory,
    grants: createGrantStore(),
    controls,
    interactionRequiredFor: new Set(),
    usedAssertionIds: new Set(),
  };
  const find = ({ tenantId, clientId }: RegistrationReference): Registration =>
    directory.findRegistration(tenantId, clientId) ?? fail(`No registration ${clientId} in tenant ${tenantId}.`);
  const findUser = ({ tenantId, upn }: { tenantId: string; upn: string }): User =>
    directory.findUser(tenantId, (user) => user.upn === upn) ?? fail(`No user ${upn} in tenant ${tenantId}.`);

  // The service reads the same object, so a change of a control is effective at once.
  return Object.assign(controls, server, {
    addTenant: directory.addTenant,
    register: directory.register,
    addSecret: (app: RegistrationReference, value: string, { expiresOn }: { readonly expiresOn?: Date } = {}) => {
      find(app).clientSecrets.push({ value, addedAtMs: nowMs(), expiresAtMs: expiresOn?.getTime() });
    },
    removeSecret: (app: RegistrationReference, value: string) => {
      const secrets = find(app).clientSecrets;
      secrets.splice(0, secrets.length, ...secrets.filter((secret) => secret.value !== value));
    },
    expireSecret: (app: RegistrationReference, value: string) => {
      for (const secret of find(app).clientSecrets) if (secret.value === value) secret.expiresAtMs = nowMs();
    },
    addCertificate: (app: RegistrationReference, certificate: string | Uint8Array) => {
      find(app).certificates.push(new X509Certificate(certificate));
    },
    removeCertificate: (app: RegistrationReference, certificate: string | Uint8Array) => {
      const { certificates: known } = find(app);
      const { fingerprint256 } = new X509Certificate(certificate);
      known.splice(0, known.length, ...known.filter((one) => one.fingerprint256 !== fingerprint256));
    },
    addFederatedCredential: (app: RegistrationReference, credential: FederatedCredential) => {
      find(app).federatedCredentials.push(credential);
    },
    addUser: directory.addUser,
    requireInteraction: (user: { tenantId: string; upn: string }, isRequired = true) => {
      const { oid } = findUser(user);
      if (isRequired) service.interactionRequiredFor.add(oid);
      else service.interactionRequiredFor.delete(oid);
    },
    revokeRefreshTokens: (user: { tenantId: string; upn: string }) => {
      service.grants.revokeRefreshTokensOf(findUser(user).oid);
    },
    issueCallerToken: (token: CallerTokenOptions) => issueCallerToken(service, token),
  });
}

function fail(message: string): never {
  throw new Error(message);
}
