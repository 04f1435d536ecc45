import type { Grant } from '../config/profiles/profiles-schema.ts';
import { isAppOnly, type Caller, type CallerClaims } from './caller.ts';

/** What a caller wants to do. */
export interface AccessRequest {
  readonly action: 'token' | 'datasets';
  readonly profile: string;
}

export type Decision =
  | { readonly outcome: 'allow' }
  /** `reason` is for the audit line: which claim or grant was missing. */
  | { readonly outcome: 'deny'; readonly reason: string };

type Matcher = Grant['callers'][number];
type ClaimName = keyof Omit<Matcher, 'anyone'>;

const ALLOW: Decision = { outcome: 'allow' };
const deny = (reason: string): Decision => ({ outcome: 'deny', reason });

/**
 * Whether these grants give a caller its request: one must, in full. With none at all, whoever passed may have the token of
 * `default`. What is unknown denies.
 */
export function decide(grants: readonly Grant[], caller: Caller, request: AccessRequest): Decision {
  if (grants.length === 0) return decideWithoutGrants(caller, request);
  const forRequest = grants.filter(
    ({ actions, profiles }) => actions.includes(request.action) && profiles.includes(request.profile),
  );
  if (forRequest.length === 0)
    return deny(`no grant gives the action "${request.action}" on the profile "${request.profile}"`);
  const matchers = forRequest.flatMap(({ callers }) => callers);
  if (matchers.some((matcher) => matches(matcher, caller))) return ALLOW;
  const applicable = needsNaming(caller) ? matchers.filter((matcher) => namesCaller(matcher, caller)) : matchers;
  if (applicable.length === 0) return deny('the token is app-only and has no role, and no grant names its appid');
  return deny(
    `no grant for the action "${request.action}" on the profile "${request.profile}" matches the claims of the caller` +
      describeMissing(applicable, caller),
  );
}

/** The names of the claims that matchers wanted and the caller has not, or not so; never what they hold. */
function describeMissing(matchers: readonly Matcher[], caller: Caller): string {
  const missing = new Set(matchers.flatMap((matcher) => failedClaims(matcher, caller)));
  if (missing.size === 0) return '';
  const hasGroupOverage = caller.kind === 'identified' && caller.claims.hasGroupOverage;
  const described = [...missing].map((claim) =>
    claim === 'groups' && hasGroupOverage ? 'groups (the token names none: group overage)' : claim,
  );
  return `; missing: ${described.join(', ')}`;
}

/** Whether a caller who has passed CALLER_AUTH is anybody at all: a signature alone makes no application one. */
export function isSomebody(grants: readonly Grant[], caller: Caller): boolean {
  return !needsNaming(caller) || grants.some(({ callers }) => callers.some((matcher) => matches(matcher, caller)));
}

function decideWithoutGrants(caller: Caller, request: AccessRequest): Decision {
  // Any OpenID provider may have users of all kinds: nothing but a grant says which of them are meant.
  if (caller.kind === 'identified' && caller.via === 'oidc') return deny('there are no grants, and oidc needs one');
  if (needsNaming(caller)) return deny('the token is app-only and has no role, and there are no grants');
  if (request.action === 'token' && request.profile === 'default') return ALLOW;
  return deny('there are no grants, and without them there is the token of "default" alone');
}

/**
 * Entra gives app-only tokens for any API to any application of the tenant: without a role the signature says nothing about
 * what the application may do, so only a grant that names it counts.
 */
function needsNaming(caller: Caller): boolean {
  return caller.kind === 'identified' && isAppOnly(caller) && caller.claims.roles.length === 0;
}

/** Whether a matcher is about this very application. */
function namesCaller(matcher: Matcher, caller: Caller): boolean {
  if (matcher.appid === undefined && matcher.azp === undefined) return false;
  return !failedClaims(matcher, caller).some((claim) => claim === 'appid' || claim === 'azp');
}

function matches(matcher: Matcher, caller: Caller): boolean {
  if (needsNaming(caller) && !namesCaller(matcher, caller)) return false;
  if (wantedClaims(matcher).length === 0) return matcher.anyone === true;
  return failedClaims(matcher, caller).length === 0;
}

function failedClaims(matcher: Matcher, caller: Caller): ClaimName[] {
  return wantedClaims(matcher)
    .filter(
      ([claim, wanted]) =>
        caller.kind === 'nameless' || !matchesClaim(valuesOf(caller.claims, claim), [wanted].flat(), claim),
    )
    .map(([claim]) => claim);
}

function wantedClaims(matcher: Matcher): [ClaimName, string | string[]][] {
  return Object.entries(matcher).filter(([name]) => name !== 'anyone') as [ClaimName, string | string[]][];
}

function valuesOf(claims: CallerClaims, claim: ClaimName): readonly string[] {
  switch (claim) {
    case 'tid':
      return claims.tid === undefined ? [] : [claims.tid];
    case 'oid':
      return claims.oid === undefined ? [] : [claims.oid];
    case 'appid':
    case 'azp':
      return claims.appid === undefined ? [] : [claims.appid];
    case 'roles':
      return claims.roles;
    case 'scp':
      return claims.scp;
    case 'groups':
      return claims.groups;
    default:
      return claim satisfies never;
  }
}

/** Ids are compared without regard to case, as GUIDs are; roles and scopes to the letter. */
function matchesClaim(has: readonly string[], wanted: readonly string[], claim: string): boolean {
  const isId = claim !== 'roles' && claim !== 'scp';
  return wanted.some((value) => has.some((own) => (isId ? own.toLowerCase() === value.toLowerCase() : own === value)));
}
