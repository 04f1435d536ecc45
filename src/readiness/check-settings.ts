import type { FaultyConfig, SoundConfig } from '../config/config.ts';
import { hintFor, type Fault } from '../config/faults.ts';
import { checkGrants } from './check-grants.ts';
import type { CheckStatus, Finding } from './check.ts';

/** Reports errors in the settings, and warnings about the grants. An invalid profile is only a warning if others work. */
export function checkSettings(config: SoundConfig | FaultyConfig): Finding[] {
  const profileStatus = config.kind === 'sound' && config.profiles.size > 0 ? 'warn' : 'fail';
  const findings = [
    ...config.faults.map((fault) => describeFault(fault, 'fail')),
    ...[...config.profileFaults].flatMap(([profile, faults]) =>
      faults.map((fault) => ({ ...describeFault(fault, profileStatus), profile })),
    ),
    ...(config.kind === 'sound' ? checkGrants(config) : []),
  ];
  return findings.length > 0 ? findings : [{ status: 'pass' }];
}

function describeFault(fault: Fault, status: CheckStatus): Finding {
  return { status, output: `${fault.name} ${fault.problem}.`, hint: hintFor([fault]) };
}
