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
    hint: `${hintFor(faults)} Afterwards /api/health/ready shows whether errors remain.`,
  });
}

const SETTINGS_PLACE =
  'in the portal under Settings > Environment variables (in local development: local.settings.json).';
const FILE_HINT =
  'Correct the file (with "$schema" in it, an editor marks most errors). In local development save it, in Azure deploy it again (npm run package).';

/** Where to correct these faults: the settings, profiles.json, or both. */
export function hintFor(faults: readonly Fault[]): string {
  const settings = faults.filter(isOfSetting);
  if (settings.length === 0) return FILE_HINT;
  const settingsHint = `Correct ${settings.length === 1 ? 'this setting' : 'these settings'} ${SETTINGS_PLACE}`;
  return settings.length === faults.length
    ? settingsHint
    : `${settingsHint} The other names begin with the file that they are in. ${FILE_HINT}`;
}

/** A fault of a file begins with the name of the file. */
function isOfSetting({ name }: Fault): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name);
}
