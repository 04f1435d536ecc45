/** Who asks, as far as it has been verified. */
export type Caller =
  /** Whoever holds a function key, or anyone at all in local development: nobody knows who. */
  { readonly kind: 'nameless'; readonly id: 'key' | 'anonymous' } | IdentifiedCaller;

export interface IdentifiedCaller {
  readonly kind: 'identified';
  /** Tenant and object id: the one name of a caller that nobody can choose or change. */
  readonly id: string;
  readonly claims: CallerClaims;
  /** The verified bearer token, where the caller came with one: for the on-behalf-of grant alone. */
  readonly bearerToken: string | undefined;
}

/** The verified claims that grants may speak of. */
export interface CallerClaims {
  readonly tid: string;
  readonly oid: string;
  /** The calling application: `appid` in a v1 token, `azp` in a v2 one. */
  readonly appid: string | undefined;
  readonly roles: readonly string[];
  readonly scp: readonly string[];
  readonly groups: readonly string[];
  /** Whether Entra left the groups out, as it does for whoever is in too many for a token. */
  readonly hasGroupOverage: boolean;
  readonly upn: string | undefined;
  readonly preferred_username: string | undefined;
  readonly email: string | undefined;
  readonly sub: string | undefined;
}

/**
 * An application that acts as itself. A person's access token carries scopes, an application's never does. What App Service
 * reports of a person who signed in to it is an ID token: it has no scopes either, but names no calling application, and its
 * `sub` is not the object id, as it is in every token that an application got for itself.
 */
export function isAppOnly({ claims, bearerToken }: IdentifiedCaller): boolean {
  if (claims.scp.length > 0) return false;
  const isIdToken = bearerToken === undefined && claims.appid === undefined;
  return !isIdToken || claims.sub?.toLowerCase() === claims.oid;
}
