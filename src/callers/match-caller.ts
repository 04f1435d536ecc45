import type { Grant, Matcher } from '../config/profiles/grant.ts';
import { isAppOnly, type Caller, type IdentifiedCaller } from './caller.ts';
import { claimValues, isSameValue } from './claim-values.ts';

/** With this app role a caller gets the token of `default` if there are no grants, and always the readiness report. */
const OPERATOR_ROLE = 'Token.Get';

/** Whether one of the grant's matchers matches this caller. */
export function isForCaller({ callers }: Grant, caller: Caller): boolean {
  return callers.some((matcher) => matches(matcher, caller));
}

/**
 * Entra issues app-only tokens for any API to any application of the tenant. Without a role the signature does not show
 * that the application may call, so only a grant that names it counts.
 */
function mustBeNamed(caller: Caller): boolean {
  return caller.kind === 'identified' && isAppOnly(caller) && caller.claims.roles.length === 0;
}

/** Whether the caller's token has the app role of this app. */
export function hasOperatorRole({ claims }: IdentifiedCaller): boolean {
  return claims.roles.includes(OPERATOR_ROLE);
}

/** Why none of these grants matches the caller: the names of the claims that did not match, never their values. */
export function describeMismatch(grants: readonly Grant[], caller: Caller): string {
  const matchers = grants.flatMap(({ callers }) => callers);
  const applicable = mustBeNamed(caller) ? matchers.filter((matcher) => namesCaller(matcher, caller)) : matchers;
  if (applicable.length === 0) return 'the token is app-only and has no role, and no grant names its appid';
  const missing = [...new Set(applicable.flatMap((matcher) => failedClaims(matcher, caller)))];
  const hasGroupOverage = caller.kind === 'identified' && caller.claims.hasGroupOverage;
  const described = missing.map((claim) =>
    claim === 'groups' && hasGroupOverage ? 'groups (the token lists none: group overage)' : claim,
  );
  const what = described.length === 0 ? '' : `; missing: ${described.join(', ')}`;
  return `the claims of this caller match no such grant${what}`;
}

function matches(matcher: Matcher, caller: Caller): boolean {
  if (mustBeNamed(caller) && !namesCaller(matcher, caller)) return false;
  return matcher.claims.length === 0 ? matcher.isAnyone : failedClaims(matcher, caller).length === 0;
}

/** Whether a matcher names this application. */
function namesCaller({ claims }: Matcher, caller: Caller): boolean {
  return claims.some((claim) => ['appid', 'azp'].includes(claim.name) && holds(claim, caller));
}

function failedClaims({ claims }: Matcher, caller: Caller): string[] {
  return claims.filter((claim) => !holds(claim, caller)).map(({ name }) => name);
}

function holds({ name, anyOf }: Matcher['claims'][number], caller: Caller): boolean {
  const own = claimValues(caller, name);
  return anyOf.some((wanted) => own.some((value) => isSameValue(name, value, wanted)));
}
