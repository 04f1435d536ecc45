import * as v from 'valibot';
import type { Fault } from './faults.ts';
import type { SettingName } from './setting-names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and gathers what is wrong with them, so that all of it can be told at once. */
export interface SettingReader {
  readonly faults: Fault[];
  /** The parsed value; undefined where there is none, and where it does not parse, which is then a fault. */
  optional<T>(name: SettingName, schema: v.GenericSchema<string, T>): T | undefined;
  /** As `optional`, and that there is none is a fault as well. `what` says what to set. */
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

/** An empty setting counts as none: that is how one is switched off in a file that lists them all. */
export function readSetting(environment: Environment, name: SettingName): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
