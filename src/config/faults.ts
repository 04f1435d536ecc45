import { ServiceError } from '../errors.ts';

/** An error in a setting. `problem` says what the value must be, never what it is: it may be a secret in the wrong place. */
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
    hint: `${hintFor(faults)} /api/health/ready checks them.`,
  });
}

const SETTINGS_HINT =
  'Correct these settings in the portal under Settings > Environment variables (in local development: local.settings.json).';
const FILE_HINT =
  'Correct the file. In local development save it, in Azure deploy it again (npm run package). An editor that knows its "$schema" checks it.';

/** Where to correct these faults: the settings, profiles.json, or both. */
export function hintFor(faults: readonly Fault[]): string {
  const settings = faults.filter(isOfSetting);
  if (settings.length === 0) return FILE_HINT;
  return settings.length === faults.length
    ? SETTINGS_HINT
    : `${SETTINGS_HINT} A name that begins with a file name is in that file. ${FILE_HINT}`;
}

/** A fault of a file begins with the name of the file. */
function isOfSetting({ name }: Fault): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name);
}
