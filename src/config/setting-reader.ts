import * as v from 'valibot';
import type { Fault } from './faults.ts';
import type { SettingName } from './setting-names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and collects their faults, so that all of them can be reported together. */
export interface SettingReader {
  readonly faults: Fault[];
  /** The parsed value. Undefined if the setting is unset, or invalid, which is a fault. */
  optional<T>(name: SettingName, schema: v.GenericSchema<string, T>): T | undefined;
  /** Like `optional`, but an unset setting is a fault, too. `what` says what to set. */
  required<T>(name: SettingName, schema: v.GenericSchema<string, T>, what: string): T | undefined;
}

export function createSettingReader(environment: Environment): SettingReader {
  const faults: Fault[] = [];
  function optional<T>(name: SettingName, schema: v.GenericSchema<string, T>): T | undefined {
    const value = readSetting(environment, name);
    if (value === undefined) return undefined;
    const parsed = v.safeParse(schema, value, { abortPipeEarly: true });
    if (parsed.success) return parsed.output;
    faults.push({ name, problem: parsed.issues[0].message });
    return undefined;
  }
  return {
    faults,
    optional,
    required(name, schema, what) {
      if (readSetting(environment, name) === undefined) faults.push({ name, problem: `is not set: ${what}` });
      return optional(name, schema);
    },
  };
}

/** An empty setting counts as unset. So a file that lists every setting can leave one out. */
export function readSetting(environment: Environment, name: SettingName): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
