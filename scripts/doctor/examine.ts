import type { CoreRuntime } from '../../src/app/core.ts';
import type { Config, FaultyConfig, SoundConfig } from '../../src/config/config.ts';
import { hintFor } from '../../src/config/faults.ts';
import type { Readiness } from '../../src/readiness/check-readiness.ts';
import { checkCallers } from './check-callers.ts';
import { checkDatasets } from './check-datasets.ts';
import { checkNetwork } from './check-network.ts';
import type { Access, Finding, Hop } from './finding.ts';
import { createParts } from './parts.ts';

/** Checks each step from the settings to Power BI. With faulty settings it stops, because no other check is possible. */
export async function examine(config: Config, runtime: CoreRuntime): Promise<Finding[]> {
  if (config.kind === 'faulty') return describeFaults(config);
  const parts = createParts(config, runtime);
  const [network, readiness, datasets] = await Promise.all([
    checkNetwork(config, runtime.clock),
    parts.checkReadiness(),
    checkDatasets(config, parts),
  ]);
  return [
    describeSettings(config),
    ...network,
    ...describeReadiness(readiness, config),
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

function describeReadiness({ checks }: Readiness, config: SoundConfig): Finding[] {
  const vaultAccess: Access = config.identity.kind === 'developer' ? 'yours' : "the app's";
  const accessOf: Readonly<Record<string, Access | undefined>> = {
    identity: vaultAccess,
    'key-vault': vaultAccess,
    issuer: "the app's",
    'power-bi': "the app's",
  };
  return Object.entries(checks).flatMap(([hop, findings]) =>
    findings
      .filter(({ status }) => hop !== 'settings' || status !== 'pass')
      .map(({ status, output = 'Works.', hint, profile }) => {
        return { hop: hop as Hop, status, output, hint, profile, access: accessOf[hop] };
      }),
  );
}
