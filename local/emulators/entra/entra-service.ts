import type { SigningKey } from '../signing-key.ts';
import type { Directory, Registration, User } from './directory.ts';
import type { GrantStore } from './grant-store.ts';

/** What tests and local development may turn while Entra runs. */
export interface EntraControls {
  tokenLifetimeSeconds: number;
  /** Sent as `refresh_in` where set. */
  refreshInSeconds: number | undefined;
  /** Members that replace those of a success body; an undefined one is left out. */
  responseOverride: Readonly<Record<string, unknown>> | undefined;
  /** A secret added less than this long ago is not known yet (7000215): replication takes its time. */
  requireSecretReplicationMs: number;
  /** Real Entra takes a refresh token more than once; with this on, an older one is refused. */
  singleUseRefreshTokens: boolean;
}

/** What every grant needs of the service around it. */
export interface EntraService {
  readonly url: () => string;
  readonly nowMs: () => number;
  readonly signingKey: SigningKey;
  readonly directory: Directory;
  readonly grants: GrantStore;
  readonly controls: EntraControls;
  /** Object ids of people of whom an on-behalf-of request demands more. */
  readonly interactionRequiredFor: Set<string>;
  /** Ids of client assertions that were used already. */
  readonly usedAssertionIds: Set<string>;
}

export interface TokenRequest {
  readonly tenantId: string;
  /** As it stood in the address: an id, a domain, or one of the common names. */
  readonly tenantInPath: string;
  readonly endpointVersion: 1 | 2;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What a grant came to: who may have which token. Nothing is issued yet. */
export interface Granted {
  readonly registration: Registration;
  /** The person; undefined for an app-only token. */
  readonly user: User | undefined;
  readonly resource: string;
  /** Delegated scopes; empty for an app-only token. */
  readonly scopes: readonly string[];
  /** OpenID scopes: they decide on id_token and refresh_token. */
  readonly openIdScopes: readonly string[];
  readonly nonce?: string | undefined;
}

export type GrantType = (service: EntraService, request: TokenRequest) => Promise<Granted>;
