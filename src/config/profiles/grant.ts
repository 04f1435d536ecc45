import type { ACCESS_LEVELS, ACTIONS } from './grants-schema.ts';

export type Action = (typeof ACTIONS)[number];
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** An access rule of profiles.json: who may do what. Ids are in lower case, and every default is filled in. */
export interface Grant {
  /** For audit lines: the grant's own name, or its place in the file. */
  readonly name: string;
  readonly mode: 'enforce' | 'audit';
  /** One of them must match. */
  readonly callers: readonly Matcher[];
  readonly profiles: readonly string[];
  readonly actions: readonly Action[];
  readonly limits: Limits;
}

/** The limits of a grant's actions; an absent list allows all. */
export interface Limits {
  readonly workspaces: readonly string[] | undefined;
  readonly reports: readonly string[] | undefined;
  readonly dashboards: readonly string[] | undefined;
  readonly datasets: readonly string[] | undefined;
  readonly accessLevel: AccessLevel;
  readonly xmla: boolean;
  readonly identity: IdentityRule | undefined;
}

export interface Matcher {
  /** Without claims, whether every caller matches. */
  readonly isAnyone: boolean;
  /** Each must match. */
  readonly claims: readonly { readonly name: string; readonly anyOf: readonly string[] }[];
}

/** How the row-level security identity of an embed token is made. */
export type IdentityRule =
  /** A trusted back end sends the identities itself. */
  'from-request' | ClaimIdentity;

export interface ClaimIdentity {
  readonly username: IdentitySource;
  readonly roles: RoleSource | undefined;
  readonly customData: IdentitySource | undefined;
}

export type IdentitySource =
  { readonly kind: 'claim'; readonly claim: string } | { readonly kind: 'value'; readonly value: string };

export type RoleSource =
  | { readonly kind: 'fixed'; readonly roles: readonly string[] }
  | { readonly kind: 'mapped'; readonly claim: string; readonly roleOf: ReadonlyMap<string, string> };
