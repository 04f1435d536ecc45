import type { Config, SoundConfig } from '../../src/config/config.ts';
import { describeFaults } from '../../src/config/faults.ts';

/** The configuration. Throws if it has a fault. */
export function sound(config: Config): SoundConfig {
  if (config.kind === 'faulty') throw new Error(describeFaults(config.faults));
  return config;
}
