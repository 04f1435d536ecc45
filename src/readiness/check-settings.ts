import type { FaultyConfig, SoundConfig } from '../config/config.ts';
import type { Fault } from '../config/faults.ts';
import { checkGrants } from './check-grants.ts';
import type { CheckStatus, Finding } from './check.ts';

const HINT =
  'Correct it (Portal: Function App > Settings > Environment variables; in local development: local.settings.json; ' +
  'a profile: profiles.json), then restart the function app.';

/**
 * Faults of the settings, and what the grants should be warned of. A faulty profile does not stop the others: it is a warning
 * while there are others.
 */
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

function describeFault({ name, problem }: Fault, status: CheckStatus): Finding {
  return { status, output: `${name} ${problem}.`, hint: HINT };
}
