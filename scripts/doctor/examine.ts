import type { CoreRuntime } from '../../src/app/core.ts';
import type { Config, FaultyConfig, SoundConfig } from '../../src/config/config.ts';
import { hintFor } from '../../src/config/faults.ts';
import { CHECK_NAMES, type CheckName } from '../../src/readiness/check-readiness.ts';
import { checkSettings } from '../../src/readiness/check-settings.ts';
import { worst, type Finding as CheckFinding } from '../../src/readiness/check.ts';
import { accessOf } from './access.ts';
import { checkCallers } from './check-callers.ts';
import { checkDatasets } from './check-datasets.ts';
import { checkNetwork } from './check-network.ts';
import { findMissingStandIns } from './find-missing-stand-ins.ts';
import type { Finding } from './finding.ts';
import { createParts } from './parts.ts';

/**
 * Checks each step from the settings to Power BI. With faulty settings it stops, because no other check is possible. Without the
 * stand-ins that the settings name it asks no upstream.
 */
export async function examine(config: Config, runtime: CoreRuntime): Promise<Finding[]> {
  if (config.kind === 'faulty') return describeFaults(config);
  const missing = await findMissingStandIns(config);
  if (missing !== undefined) {
    const settings = { settings: checkSettings(config) };
    return [describeSettings(config), ...describeChecks(settings, config), missing, ...checkCallers(config)];
  }
  const parts = createParts(config, runtime);
  const [network, readiness, datasets] = await Promise.all([
    checkNetwork(config, runtime.clock),
    parts.checkReadiness(),
    checkDatasets(config, parts),
  ]);
  return [
    describeSettings(config),
    ...network,
    ...describeChecks(readiness.checks, config),
    ...datasets,
    ...checkCallers(config),
  ];
}

function describeSettings({ profiles, profileFaults }: SoundConfig): Finding {
  const except = profileFaults.size === 0 ? '' : `, except those of ${[...profileFaults.keys()].join(', ')}`;
  return {
    hop: 'settings',
    status: 'pass',
    output: `The settings are valid${except}. Profiles: ${[...profiles.keys()].join(', ')}.`,
  };
}

function describeFaults({ faults, profileFaults }: FaultyConfig): Finding[] {
  return [...faults, ...[...profileFaults.values()].flat()].map((fault) => ({
    hop: 'settings',
    status: 'fail',
    output: `${fault.name} ${fault.problem}.`,
    hint: hintFor([fault]),
  }));
}

function describeChecks(
  checks: Partial<Readonly<Record<CheckName, readonly CheckFinding[]>>>,
  config: SoundConfig,
): Finding[] {
  const access = accessOf(config);
  const isSkipped = worst(checks.settings ?? []) === 'fail';
  return CHECK_NAMES.flatMap((hop) =>
    (checks[hop] ?? [])
      .filter(({ status }) => hop !== 'settings' || status !== 'pass')
      .map(({ status, output = 'Works.', hint, profile }) => {
        // The app may still have a token of its identity, so its report only warns. The doctor has none.
        const own = hop === 'identity' && status === 'warn' && !isSkipped ? 'fail' : status;
        return { hop, status: own, output, hint, profile, access: access[hop] };
      }),
  );
}
