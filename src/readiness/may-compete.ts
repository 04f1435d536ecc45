import { isSameValue } from '../callers/claim-values.ts';
import type { Grant, IdentityRule, Limits, Matcher } from '../config/profiles/grant.ts';

/**
 * Whether two grants can give one caller different row-level security identities for the same item. Callers are compared by
 * the claims that the grants name: one token can have any combination of roles and groups.
 */
export function mayCompete(first: Grant, later: Grant): boolean {
  return (
    first.profiles.some((profile) => later.profiles.includes(profile)) &&
    sendDifferentIdentities(first.limits.identity, later.limits.identity) &&
    shareItem(first.limits, later.limits) &&
    first.callers.some((one) => later.callers.some((other) => canBothHold(one, other)))
  );
}

/** A request either has identities or not, so `from-request` never competes with a rule for claims. */
function sendDifferentIdentities(first: IdentityRule | undefined, later: IdentityRule | undefined): boolean {
  const isMade = (rule: IdentityRule | undefined): boolean => rule !== undefined && rule !== 'from-request';
  return isMade(first) && isMade(later) && toText(first) !== toText(later);
}

function toText(rule: IdentityRule | undefined): string {
  return JSON.stringify(rule, (_, value: unknown) => (value instanceof Map ? [...value].sort() : value));
}

function shareItem(first: Limits, later: Limits): boolean {
  const shares = (limit: 'workspaces' | 'reports' | 'dashboards' | 'datasets'): boolean =>
    overlap(first[limit], later[limit]);
  return shares('workspaces') && shares('datasets') && (shares('reports') || shares('dashboards'));
}

/** An absent list allows all. */
function overlap(first: readonly string[] | undefined, later: readonly string[] | undefined): boolean {
  return first === undefined || later === undefined || first.some((id) => later.includes(id));
}

/** The claims with only one value in a token. */
const SINGLE_VALUED: ReadonlySet<string> = new Set(['tid', 'oid', 'sub', 'appid', 'upn']);

function canBothHold(one: Matcher, other: Matcher): boolean {
  return one.claims.every((claim) =>
    other.claims.every(({ name, anyOf }) => {
      if (canonical(name) !== canonical(claim.name) || !SINGLE_VALUED.has(canonical(name))) return true;
      return anyOf.some((value) => claim.anyOf.some((wanted) => isSameValue(name, value, wanted)));
    }),
  );
}

/** `appid` and `azp` are two names of the calling application. */
function canonical(claim: string): string {
  return claim === 'azp' ? 'appid' : claim;
}
