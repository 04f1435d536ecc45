import type { Grant } from '../config/profiles/grant.ts';
import type { AccessRequest, EffectiveIdentity } from './access-request.ts';
import type { Caller } from './caller.ts';
import { findExceededLimit } from './check-limits.ts';
import { makeIdentities, type MadeIdentities } from './make-identities.ts';
import { describeMismatch, hasOperatorRole, isForCaller } from './match-caller.ts';

/** The grants of profiles.json; undefined if it has none. An empty list allows nothing. */
export type Grants = readonly Grant[] | undefined;

export type Decision =
  | {
      readonly outcome: 'allow';
      /** The name of the grant that allows it; undefined if there are no grants. */
      readonly grant: string | undefined;
      /** The row-level security identities of an embed token. */
      readonly identities: readonly EffectiveIdentity[];
    }
  /** `reason` is for the audit line: which claim, limit or grant was missing. */
  | { readonly outcome: 'deny'; readonly code: 'forbidden' | 'invalid_request'; readonly reason: string };

/** The action and the profile of a request, before its items are known. */
export type RequestedAction = Pick<AccessRequest, 'action' | 'profile'>;

type Denial = Extract<Decision, { outcome: 'deny' }>;

const NO_GRANTS = 'there are no grants, and without them the app issues only the token of "default"';

const deny = (reason: string, code: Denial['code'] = 'forbidden'): Denial => ({ outcome: 'deny', code, reason });

/**
 * Whether one grant allows the whole request. Grants do not add up: the first in file order that allows it decides. Anything
 * unknown is denied.
 */
export function decide(grants: Grants, caller: Caller, request: AccessRequest): Decision {
  if (grants === undefined) return decideWithoutGrants(caller, request);
  const candidates = findCandidates(grants, caller, request);
  if (candidates.length === 0) return deny(describeNoCandidate(grants, caller, request));
  const denials: Denial[] = [];
  for (const grant of candidates) {
    const decision = decideBy(grant, caller, request);
    if (decision.outcome === 'allow') return decision;
    denials.push(decision);
  }
  const code = denials.every((denial) => denial.code === 'invalid_request') ? 'invalid_request' : 'forbidden';
  return deny(denials.map(({ reason }) => reason).join('; '), code);
}

/** The grants for this caller, action and profile, whatever their limits. */
export function findCandidates(grants: readonly Grant[], caller: Caller, requested: RequestedAction): readonly Grant[] {
  return grantsOf(grants, requested).filter((grant) => isForCaller(grant, caller));
}

/** The workspaces of all grants with the action `workspaces` for this caller. */
export function findVisibleWorkspaces(
  grants: readonly Grant[],
  caller: Caller,
  profile: string,
): ReadonlySet<string> | 'all' {
  const visible = new Set<string>();
  for (const { limits } of findCandidates(grants, caller, { action: 'workspaces', profile })) {
    if (limits.workspaces === undefined) return 'all';
    for (const id of limits.workspaces) visible.add(id);
  }
  return visible;
}

/**
 * Whether a caller that passed CALLER_AUTH may read the readiness report. A valid signature is not enough: any application of
 * the tenant gets one.
 */
export function mayDiagnose(grants: Grants, caller: Caller): boolean {
  return (
    caller.kind === 'nameless' || hasOperatorRole(caller) || (grants ?? []).some((grant) => isForCaller(grant, caller))
  );
}

function decideBy(grant: Grant, caller: Caller, request: AccessRequest): Decision {
  const denyBy = (reason: string, code?: Denial['code']): Denial => deny(`grant "${grant.name}": ${reason}`, code);
  const exceeded = findExceededLimit(grant.limits, request);
  if (exceeded !== undefined) return denyBy(exceeded);
  const made: MadeIdentities =
    request.action === 'embed'
      ? makeIdentities(grant.limits.identity, caller, request)
      : { kind: 'made', identities: [] };
  if (made.kind === 'made') return { outcome: 'allow', grant: grant.name, identities: made.identities };
  return denyBy(made.reason, made.kind === 'invalid' ? 'invalid_request' : undefined);
}

function grantsOf(grants: readonly Grant[], { action, profile }: RequestedAction): readonly Grant[] {
  return grants.filter(({ actions, profiles }) => actions.includes(action) && profiles.includes(profile));
}

/** Why `findCandidates` finds none. */
export function describeNoCandidate(grants: Grants, caller: Caller, requested: RequestedAction): string {
  if (grants === undefined) return NO_GRANTS;
  const what = `no grant gives the action "${requested.action}" on the profile "${requested.profile}"`;
  const forRequest = grantsOf(grants, requested);
  return forRequest.length === 0 ? what : `${what} to this caller: ${describeMismatch(forRequest, caller)}`;
}

/** Without grants only the token of `default` is allowed, for function keys and for callers with the app role. */
function decideWithoutGrants(caller: Caller, { action, profile }: AccessRequest): Decision {
  const isOfDefault = action === 'token' && profile === 'default';
  if (caller.kind === 'identified') {
    // An OpenID provider can have users outside the organization, so a grant must name the allowed ones.
    if (caller.via === 'oidc') return deny('there are no grants, and CALLER_AUTH=oidc requires one');
    if (isOfDefault && !hasOperatorRole(caller))
      return deny('there are no grants, and the caller does not have the app role Token.Get');
  }
  return isOfDefault ? { outcome: 'allow', grant: undefined, identities: [] } : deny(NO_GRANTS);
}
