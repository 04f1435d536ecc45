import type { AuditRecord } from '../audit.ts';
import type { CallerSettings } from '../config/caller-settings.ts';
import { misconfigured, type Fault } from '../config/faults.ts';
import type { Grant } from '../config/profiles/profiles-schema.ts';
import { ServiceError } from '../errors.ts';
import { authenticate, type Verifiers } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { decide, isSomebody, type AccessRequest } from './decide.ts';

/** Stands before every guarded route. */
export interface Gate {
  /** The verified caller. Throws `unauthorized`, or `misconfigured` if the `CALLER_*` settings are faulty. */
  admit(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /** As `admit`, for the readiness report: throws `forbidden` too, if no grant could serve the caller. */
  admitToDiagnosis(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /** Throws `forbidden` unless a grant gives it, and `rate_limited` where the caller has had its share. */
  authorize(caller: Caller, request: AccessRequest, audit: AuditRecord): void;
  /** Throws `rate_limited` where a caller, by its id, has had its share. */
  limit(callerId: string): void;
}

export interface GateOptions {
  readonly callers: CallerSettings;
  readonly faults: readonly Fault[];
  readonly grants: readonly Grant[];
  readonly verifiers: Verifiers;
  readonly rateLimit: { take(callerId: string): void } | undefined;
}

export function createGate({ callers, faults, grants, verifiers, rateLimit }: GateOptions): Gate {
  const enforced = grants.filter(({ mode }) => mode !== 'audit');
  const onTrial = grants.filter(({ mode }) => mode === 'audit');

  async function identify(headers: Headers, audit: AuditRecord): Promise<Caller> {
    // Callers cannot be told apart then. The answer names every fault at once.
    if (callers.faults.length > 0) throw misconfigured(faults);
    const caller = await authenticate(headers, callers.modes, verifiers);
    audit.caller = caller.id;
    if (caller.kind === 'identified') audit.callerApp = caller.claims.appid;
    return caller;
  }

  return {
    async admitToDiagnosis(headers, audit) {
      const caller = await identify(headers, audit);
      if (!isSomebody(enforced, caller))
        throw forbid('the token is app-only and has no role, and no grant names its appid');
      return caller;
    },
    admit: identify,
    authorize(caller, request, audit) {
      if (onTrial.length > 0) audit.auditedGrants = decide(onTrial, caller, request).outcome;
      const decision = decide(enforced, caller, request);
      switch (decision.outcome) {
        case 'allow':
          break;
        case 'deny':
          throw forbid(decision.reason);
        default:
          throw forbid(decision satisfies never);
      }
      rateLimit?.take(caller.id);
    },
    limit: (callerId) => rateLimit?.take(callerId),
  };
}

/** The caller learns that it may not, and no more: what is missing stands in the audit line. */
function forbid(reason: string): ServiceError {
  return new ServiceError('forbidden', 'No grant allows this caller to do this.', {
    reason,
    hint: 'Ask the operator: the audit line of this request id says which claim or grant is missing in profiles.json. With no grants there, callers may have the token of "default" alone.',
  });
}
