import type { SigningKey } from '../signing-key.ts';
import type { Directory, Registration, User } from './directory.ts';
import type { GrantStore } from './grant-store.ts';

/** What tests and local development may set while Entra runs. */
export interface EntraControls {
  tokenLifetimeSeconds: number;
  /** Sent as `refresh_in` if set. */
  refreshInSeconds: number | undefined;
  /** Members that replace those of a success body; an undefined one is left out. */
  responseOverride: Readonly<Record<string, unknown>> | undefined;
  /** A secret that was added less than this long ago is not known yet (7000215), as while Entra replicates it. */
  requireSecretReplicationMs: number;
  /** The real Entra accepts a refresh token more than once; with this on, an older one is refused. */
  singleUseRefreshTokens: boolean;
}

/** What every grant type needs of the service. */
export interface EntraService {
  readonly url: () => string;
  readonly nowMs: () => number;
  readonly signingKey: SigningKey;
  readonly directory: Directory;
  readonly grants: GrantStore;
  readonly controls: EntraControls;
  /** Object ids of the people whose on-behalf-of and silent requests end in a claims challenge. */
  readonly interactionRequiredFor: Set<string>;
  /** Ids of client assertions that were already used. */
  readonly usedAssertionIds: Set<string>;
}

export interface TokenRequest {
  readonly tenantId: string;
  /** As in the URL: an id, a domain, or one of the common names. */
  readonly tenantInPath: string;
  readonly endpointVersion: 1 | 2;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  /** The origin of the page; undefined for a program. */
  readonly origin: string | undefined;
}

/** The result of a grant type: who may have which token. Nothing is issued yet. */
export interface Granted {
  readonly registration: Registration;
  /** The person; undefined for an app-only token. */
  readonly user: User | undefined;
  readonly resource: string;
  /** Delegated scopes; empty for an app-only token. */
  readonly scopes: readonly string[];
  /** OpenID scopes: they decide whether there is an id_token and a refresh_token. */
  readonly openIdScopes: readonly string[];
  readonly nonce?: string | undefined;
  /**
   * Set for a single-page application: when its last refresh token expires, even if it was refreshed. Only a page may then
   * redeem the code and the refresh tokens.
   */
  readonly refreshUntilMs?: number;
}

export type GrantType = (service: EntraService, request: TokenRequest) => Promise<Granted>;
