/** The caller, with what was verified. */
export type Caller =
  /** A holder of a function key, or anyone in local development: the app does not know who it is. */
  { readonly kind: 'nameless'; readonly id: 'key' | 'anonymous' } | IdentifiedCaller;

export interface IdentifiedCaller {
  readonly kind: 'identified';
  /** How the caller was verified: a bearer token of Entra, App Service Authentication, or a bearer token of CALLER_ISSUER. */
  readonly via: 'entra' | 'easyauth' | 'oidc';
  /** Tenant and object id; with `oidc` issuer and subject. Callers cannot choose or change it. */
  readonly id: string;
  readonly claims: CallerClaims;
  /** With `oidc`, every verified claim with strings, numbers or booleans, as strings. Else empty. */
  readonly namedClaims: ReadonlyMap<string, readonly string[]>;
  /** The verified bearer token, if the caller sent one. Only the on-behalf-of grant type uses it. */
  readonly bearerToken: string | undefined;
}

/** The verified claims that grants may name. */
export interface CallerClaims {
  /** Always present, except with `oidc`. */
  readonly tid: string | undefined;
  /** Always present, except with `oidc`. */
  readonly oid: string | undefined;
  /** The calling application: `appid` in a v1 token, `azp` in a v2 token, `azp` or `client_id` with `oidc`. */
  readonly appid: string | undefined;
  readonly roles: readonly string[];
  /** With `oidc` also the claim `scope` (RFC 9068). */
  readonly scp: readonly string[];
  readonly groups: readonly string[];
  /** Whether Entra left the groups out, because the person is in too many for a token. */
  readonly hasGroupOverage: boolean;
  readonly upn: string | undefined;
  readonly preferred_username: string | undefined;
  readonly email: string | undefined;
  readonly sub: string | undefined;
}

/**
 * Whether an application acts as itself. A person's access token has scopes, an application's never has. App Service reports a
 * person's ID token: it has no scopes either, but it names no calling application, and its `sub` is not the object id, as it is
 * in every token that an application got for itself. Other issuers have no such rule.
 */
export function isAppOnly({ claims, via }: IdentifiedCaller): boolean {
  if (via === 'oidc' || claims.scp.length > 0) return false;
  const isIdToken = via === 'easyauth' && claims.appid === undefined;
  return !isIdToken || claims.sub?.toLowerCase() === claims.oid;
}
