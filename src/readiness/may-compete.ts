import { isSameValue } from '../callers/claim-values.ts';
import type { Grant, IdentityRule, Limits, Matcher } from '../config/profiles/grant.ts';

/**
 * Whether one caller can match both grants, for an item that both allow, and get different row-level security identities from
 * them. Callers are compared by what the grants name: roles and groups can always come together in one token.
 */
export function mayCompete(first: Grant, later: Grant): boolean {
  return (
    first.profiles.some((profile) => later.profiles.includes(profile)) &&
    sendDifferentIdentities(first.limits.identity, later.limits.identity) &&
    shareItem(first.limits, later.limits) &&
    first.callers.some((one) => later.callers.some((other) => canBothHold(one, other)))
  );
}

/** A request either names identities or does not, so `from-request` never competes with a rule for claims. */
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

/** The claims of which a token has one value. */
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
