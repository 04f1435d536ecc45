import type { AuditRecord } from '../audit.ts';
import type { CallerSettings } from '../config/caller-settings.ts';
import { misconfigured, type Fault } from '../config/faults.ts';
import { ServiceError } from '../errors.ts';
import { authenticate, namelessCaller, type Verifiers } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { forbid } from './forbid.ts';
import type { AccessRequest } from './access-request.ts';
import {
  decide,
  describeNoCandidate,
  findCandidates,
  findVisibleWorkspaces,
  mayDiagnose,
  type Decision,
  type Grants,
  type RequestedAction,
} from './decide.ts';
import type { Grant } from '../config/profiles/grant.ts';

/** Checks every request to a guarded route. */
export interface Gate {
  /** The verified caller. Throws `unauthorized`, or `misconfigured` if the `CALLER_*` settings are faulty. */
  admit(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /** Like `admit`, for the readiness report. It also throws `forbidden` if `mayDiagnose` is false. */
  admitToDiagnosis(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /**
   * What a grant allows. Throws `forbidden` unless one allows the whole request, and `rate_limited` if the caller has reached
   * its limit.
   */
  authorize(caller: Caller, request: AccessRequest, audit: AuditRecord): Allowed;
  /**
   * The grants for this caller, action and profile, also those in audit mode. They say what to look up before the decision.
   * Throws `forbidden` if there is none, or only in audit mode.
   */
  candidates(caller: Caller, requested: RequestedAction): readonly Grant[];
  /** The workspaces that grants with the action `workspaces` allow for this caller. */
  visibleWorkspaces(caller: Caller, profile: string): ReadonlySet<string> | 'all';
  /** Throws `rate_limited` if the caller with this id has reached its limit. */
  limit(callerId: string): void;
}

export type Allowed = Extract<Decision, { outcome: 'allow' }>;

export interface GateOptions {
  readonly callers: CallerSettings;
  readonly faults: readonly Fault[];
  readonly grants: Grants;
  readonly verifiers: Verifiers;
  readonly rateLimit: { take(callerId: string): void } | undefined;
}

export function createGate({ callers, faults, grants, verifiers, rateLimit }: GateOptions): Gate {
  const onTrial = grants?.filter(isAudited) ?? [];
  const enforced = findEnforced(grants);
  const nameless = namelessCaller(callers.modes);

  async function identify(headers: Headers, audit: AuditRecord): Promise<Caller> {
    // Without these settings callers cannot be identified.
    if (callers.faults.length > 0) throw misconfigured(faults);
    const caller = nameless ?? (await authenticate(headers, callers.modes, verifiers));
    audit.caller = caller.id;
    if (caller.kind === 'identified') audit.callerApp = caller.claims.appid;
    return caller;
  }

  return {
    async admitToDiagnosis(headers, audit) {
      const caller = await identify(headers, audit);
      if (!mayDiagnose(enforced, caller))
        throw forbid('no grant matches this caller, and it does not have the app role Token.Get');
      return caller;
    },
    admit: identify,
    authorize(caller, request, audit) {
      if (onTrial.length > 0) audit.auditedGrants = decide(onTrial, caller, request).outcome;
      const decision = decide(enforced, caller, request);
      if (decision.outcome === 'deny') {
        throw decision.code === 'forbidden' ? forbid(decision.reason) : refuseIdentities(decision.reason);
      }
      audit.grant = decision.grant;
      rateLimit?.take(caller.id);
      return decision;
    },
    candidates(caller, requested) {
      const candidates = findCandidates(grants ?? [], caller, requested);
      if (candidates.every(isAudited)) throw forbid(describeNoCandidate(enforced, caller, requested));
      return candidates;
    },
    visibleWorkspaces: (caller, profile) => findVisibleWorkspaces(enforced ?? [], caller, profile),
    limit: (callerId) => rateLimit?.take(callerId),
  };
}

/** The grants that decide. If all grants are in audit mode, the app behaves as without grants. */
export function findEnforced(grants: Grants): Grants {
  const isOnlyAudited = grants !== undefined && grants.length > 0 && grants.every(isAudited);
  return isOnlyAudited ? undefined : grants?.filter((grant) => !isAudited(grant));
}

function isAudited({ mode }: Grant): boolean {
  return mode === 'audit';
}

/** A request may choose row-level security identities only if its grant says so. */
function refuseIdentities(reason: string): ServiceError {
  return new ServiceError(
    'invalid_request',
    'The "identities" of this request are not allowed, or do not match its datasets.',
    {
      reason,
      hint: 'If the grant makes identities from claims, remove "identities". If it has "identity": "from-request", send one identity for each dataset that requires one, and none for other datasets.',
    },
  );
}
