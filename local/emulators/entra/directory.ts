import { X509Certificate, randomUUID } from 'node:crypto';
import { knownResources } from '../azure-resources.ts';

interface ClientSecret {
  readonly value: string;
  readonly addedAtMs: number;
  expiresAtMs: number | undefined;
}

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface RegistrationOptions {
  readonly tenantId: string;
  readonly clientId: string;
  /** The service principal's object id, which Power BI and Key Vault use. */
  readonly objectId?: string;
  readonly secrets?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** Redirect URIs of the platform "single-page application": their codes are redeemed by the page itself, without a secret. */
  readonly spaRedirectUris?: readonly string[];
  readonly isPublicClient?: boolean;
  readonly isEnabled?: boolean;
  /** Whether people have consented; without consent a delegated grant type ends in 65001. */
  readonly isConsented?: boolean;
  /** Application ID URI, for a registration that is an API itself. */
  readonly identifierUri?: string;
  /** The version of access tokens that are issued for this API. */
  readonly accessTokenVersion?: 1 | 2;
  /** Delegated permissions by resource: the meaning of `.default`. */
  readonly delegatedScopes?: Readonly<Record<string, readonly string[]>>;
  /** Application permissions that were granted, by resource. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>>;
}

export type Registration = Required<RegistrationOptions> & {
  readonly clientSecrets: ClientSecret[];
  readonly certificates: X509Certificate[];
  readonly federatedCredentials: FederatedCredential[];
};

type UserState = 'ok' | 'mfa' | 'locked' | 'expired' | 'disabled';

export interface UserOptions {
  readonly tenantId: string;
  readonly upn: string;
  readonly password: string;
  readonly state?: UserState;
  readonly oid?: string;
  readonly name?: string;
  readonly groups?: readonly string[];
}

export type User = Required<UserOptions>;

export interface Directory {
  readonly addTenant: (tenantId: string, domains?: readonly string[]) => void;
  /** The id of the tenant that an id or a domain names. */
  readonly findTenantId: (idOrDomain: string) => string | undefined;
  readonly register: (options: RegistrationOptions) => Registration;
  readonly findRegistration: (tenantId: string, clientId: string) => Registration | undefined;
  readonly registrations: () => readonly Registration[];
  /** The API that an Application ID URI, or a client id, names. */
  readonly findApi: (tenantId: string, resource: string) => Registration | undefined;
  readonly isKnownResource: (tenantId: string, resource: string) => boolean;
  readonly addUser: (options: UserOptions) => User;
  readonly usersOf: (tenantId: string) => readonly User[];
  readonly findUser: (tenantId: string, isMeant: (user: User) => boolean) => User | undefined;
}

export function createDirectory(nowMs: () => number): Directory {
  const tenantIds = new Map<string, string>();
  const registrations = new Map<string, Registration>();
  const users = new Map<string, User>();
  const keyOf = (tenantId: string, id: string): string => `${tenantId}/${id}`.toLowerCase();

  const directory: Directory = {
    addTenant: (tenantId, domains = []) => {
      for (const name of [tenantId, ...domains]) tenantIds.set(name.toLowerCase(), tenantId);
    },
    findTenantId: (idOrDomain) => tenantIds.get(idOrDomain.toLowerCase()),
    register: (options) => {
      const { tenantId, clientId, secrets = [] } = options;
      const registration: Registration = {
        objectId: randomUUID(),
        redirectUris: [],
        spaRedirectUris: [],
        isPublicClient: false,
        isEnabled: true,
        isConsented: true,
        identifierUri: `api://${clientId}`,
        accessTokenVersion: 2,
        delegatedScopes: {},
        appRoles: {},
        ...options,
        secrets,
        clientSecrets: secrets.map((value) => ({ value, addedAtMs: nowMs(), expiresAtMs: undefined })),
        certificates: [],
        federatedCredentials: [],
      };
      directory.addTenant(tenantId);
      registrations.set(keyOf(tenantId, clientId), registration);
      return registration;
    },
    findRegistration: (tenantId, clientId) => registrations.get(keyOf(tenantId, clientId)),
    registrations: () => [...registrations.values()],
    findApi: (tenantId, resource) =>
      directory
        .registrations()
        .find((one) => one.tenantId === tenantId && [one.identifierUri, one.clientId].includes(resource)),
    isKnownResource: (tenantId, resource) =>
      knownResources.includes(resource) || directory.findApi(tenantId, resource) !== undefined,
    addUser: (options) => {
      directory.addTenant(options.tenantId);
      const user: User = { state: 'ok', oid: randomUUID(), name: options.upn, groups: [], ...options };
      users.set(keyOf(options.tenantId, options.upn), user);
      return user;
    },
    usersOf: (tenantId) => [...users.values()].filter((user) => user.tenantId === tenantId),
    findUser: (tenantId, isMeant) => directory.usersOf(tenantId).find(isMeant),
  };
  return directory;
}
