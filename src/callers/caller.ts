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
  readonly upn: string | undefined;
  readonly preferred_username: string | undefined;
  readonly email: string | undefined;
  readonly sub: string | undefined;
}

/** An application that acts as itself: a token of a person carries scopes, one of an application never does. */
export function isAppOnly({ scp }: CallerClaims): boolean {
  return scp.length === 0;
}
