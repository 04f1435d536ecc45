import type { AuditRecord } from '../audit.ts';
import type { Config } from '../config/config.ts';
import { describeFaults, type Fault } from '../config/faults.ts';
import { ServiceError } from '../errors.ts';
import type { Caller } from './caller.ts';

export interface Gate {
  /**
   * Who asks, once that is verified and the settings are in order.
   *
   * Throws `unauthorized`, or `misconfigured` with every faulty setting at once.
   */
  admit(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /** As `admit`, but settings that have nothing to do with callers may be at fault. */
  admitToDiagnosis(headers: Headers, audit: AuditRecord): Promise<Caller>;
  /** Throws `forbidden` unless a grant gives it. */
  authorize(caller: Caller, wish: Wish): void;
}

export interface Wish {
  readonly action: 'token';
  readonly profile: string;
}

/** Stands before every guarded route. */
export function createGate(config: Config): Gate {
  const { callers } = config;

  async function admitToDiagnosis(_headers: Headers, audit: AuditRecord): Promise<Caller> {
    refuseFaults(callers.faults);
    const caller: Caller = { id: callers.modes.includes('none') ? 'anonymous' : 'key' };
    audit.caller = caller.id;
    return Promise.resolve(caller);
  }

  return {
    admitToDiagnosis,
    async admit(headers, audit) {
      const caller = await admitToDiagnosis(headers, audit);
      refuseFaults(config.faults);
      return caller;
    },
    authorize() {
      // With no grants written, whoever passed may have the token of `default`, the only profile there is.
    },
  };
}

function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  throw new ServiceError('misconfigured', describeFaults(faults), {
    hint: 'Set these in the portal under Settings > Environment variables (in local development: local.settings.json), and see /api/health/ready.',
  });
}
