import { ServiceError } from '../errors.ts';

/** A fault of a setting. `problem` says what the value must be, never what it is: it may be a secret in the wrong place. */
export interface Fault {
  /** The setting's name, or the path within profiles.json. */
  readonly name: string;
  readonly problem: string;
}

/** Every fault in one sentence, for `detail`. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults.map(({ name, problem }) => `${name} ${problem}`).join('; ') + '.';
}

/** The error for faulty settings: it names every fault at once. */
export function misconfigured(faults: readonly Fault[]): ServiceError {
  return new ServiceError('misconfigured', describeFaults(faults), {
    hint: 'Correct these settings in the portal under Settings > Environment variables (in local development: local.settings.json). A name that begins with the name of a file is in that file. /api/health/ready checks them.',
  });
}
