import { closest, distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { findUnknownMembers, type UnknownMember } from '../../find-unknown-members.ts';
import type { Cloud, CloudName } from '../clouds.ts';
import type { Fault } from '../faults.ts';
import { powerBiProfileIdOf, type Profile } from './profile.ts';
import type { CallerMode } from '../caller-settings.ts';
import type { Grant } from './grant.ts';
import { grantSchema } from './grants-schema.ts';
import { profileName, profileSchema } from './profiles-schema.ts';
import { findGrantFaults, readGrant, type GrantContext } from './read-grant.ts';
import { readProfile, type ProfileReading } from './read-profile.ts';

export interface ProfilesFile {
  /** Something that makes the file as a whole of no use. */
  readonly fileFaults: readonly Fault[];
  /** Every profile that the file has, faulty or not. */
  readonly names: readonly string[];
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What is wrong with the others, by profile. */
  readonly profileFaults: ReadonlyMap<string, readonly Fault[]>;
  /** Undefined if the file has no member `grants`. */
  readonly grants: readonly Grant[] | undefined;
}

export interface ProfilesFileContext {
  /** How the file is called in a fault: `profiles.json`. */
  readonly fileName: string;
  readonly cloudOf: (name: CloudName | undefined) => Cloud;
  /** SIGN_IN_REDIRECT_URI; undefined if it is missing, which is a fault of the settings. */
  readonly readRedirectUri: () => string | undefined;
  /** The modes of CALLER_AUTH; undefined if they are not known here. */
  readonly callerModes: readonly CallerMode[] | undefined;
  /** Whether the settings describe a profile `default`. */
  readonly hasDefaultSettings: boolean;
}

/** Parses profiles.json, and finds every fault in it at once. A profile with a fault does not stop the others. */
export function readProfilesFile(json: string, context: ProfilesFileContext): ProfilesFile {
  const { fileName } = context;
  const fileFaults: Fault[] = [];
  const profiles = new Map<string, Profile>();
  const profileFaults = new Map<string, readonly Fault[]>();
  // Some editors begin a file with a byte order mark, which JSON does not know.
  const file = parseObject(json.replace(/^\uFEFF/, ''), (problem) => fileFaults.push({ name: fileName, problem }));
  if (file === undefined) return { fileFaults, names: [], profiles, profileFaults, grants: undefined };
  for (const member of Object.keys(file)) {
    if (!['$schema', 'profiles', 'grants'].includes(member)) {
      fileFaults.push({
        name: `${fileName}: ${member}`,
        problem: 'is no member that is known: profiles and grants are',
      });
    }
  }
  const entries = entriesOf(file['profiles'], `${fileName}: profiles`, fileFaults);
  for (const [name, input] of entries) {
    const path = `${fileName}: profiles.${name}`;
    const twin = [...profiles.keys(), ...profileFaults.keys()].find(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    const read = twin === undefined ? readOneProfile(name, input, context) : refused(sameNameAs(twin));
    if (read.profile !== undefined) profiles.set(name, read.profile);
    if (read.faults.length > 0)
      profileFaults.set(
        name,
        read.faults.map(({ name: member, problem }) => ({ name: member === '' ? path : `${path}.${member}`, problem })),
      );
  }
  const names = entries.map(([name]) => name);
  const isKnownProfile = (name: string): boolean =>
    names.includes(name) || (name === 'default' && (context.hasDefaultSettings || names.length === 0));
  const actsAsProfile = (name: string): boolean => {
    const profile = profiles.get(name);
    return profile !== undefined && powerBiProfileIdOf(profile) !== undefined;
  };
  const grants = readGrants(file['grants'], fileFaults, { ...context, isKnownProfile, actsAsProfile });
  return { fileFaults, names, profiles, profileFaults, grants };
}

/** The host takes routes and functions without regard to case. */
function sameNameAs(twin: string): Fault {
  return { name: '', problem: `has the same name as "${twin}" but for upper and lower case: give it another` };
}

function refused(...faults: readonly Fault[]): ProfileReading {
  return { profile: undefined, faults };
}

function readOneProfile(name: string, input: unknown, context: ProfilesFileContext): ProfileReading {
  if (!v.is(profileName, name)) {
    return refused({ name: '', problem: 'has an invalid name: use 1 to 64 letters, digits, hyphens and underscores' });
  }
  const parsed = v.safeParse(profileSchema, input, { abortPipeEarly: true });
  const unknown = findUnknownMembers(profileSchema, input).map(toUnknownFault);
  if (!parsed.success || unknown.length > 0) return refused(...toFaults(parsed.issues), ...unknown);
  return readProfile(name, parsed.output, { ...context, cloud: context.cloudOf(parsed.output.cloud) });
}

/** A grant with a fault could give more or less than was meant: every guarded route refuses until it is repaired. */
function readGrants(
  input: unknown,
  fileFaults: Fault[],
  context: Pick<ProfilesFileContext, 'fileName'> & Omit<GrantContext, 'place'>,
): readonly Grant[] | undefined {
  if (input === undefined) return undefined;
  if (!Array.isArray(input)) {
    fileFaults.push({ name: `${context.fileName}: grants`, problem: 'must be a list' });
    return [];
  }
  return input.flatMap((grant: unknown, index) => {
    const place = `grants.${index}`;
    const parsed = v.safeParse(grantSchema, grant, { abortPipeEarly: true });
    const own = parsed.success ? findGrantFaults(parsed.output, { ...context, place }) : toFaults(parsed.issues);
    const faults = [...own, ...findUnknownMembers(grantSchema, grant).map(toUnknownFault)];
    const path = `${context.fileName}: ${place}`;
    fileFaults.push(...faults.map(({ name, problem }) => ({ name: name === '' ? path : `${path}.${name}`, problem })));
    return parsed.success ? [readGrant(parsed.output, place)] : [];
  });
}

/** Without the unknown members, of which the library reports one at most. */
function toFaults(issues: readonly v.BaseIssue<unknown>[] | undefined): Fault[] {
  return (issues ?? []).filter(({ type, expected }) => type !== 'strict_object' || expected !== 'never').map(toFault);
}

function toUnknownFault({ path, known }: UnknownMember): Fault {
  const own = String(path.at(-1));
  const near = known.length === 0 ? undefined : closest(own, [...known]);
  const isNear = near !== undefined && distance(own.toLowerCase(), near.toLowerCase()) <= MAX_TYPOS;
  return {
    name: path.join('.'),
    problem: isNear ? `is no member that is known here: did you mean ${near}` : 'is no member that is known here',
  };
}

const MAX_TYPOS = 2;

/** The library's own words quote what was received, which may be a secret in the wrong place: ours never do. */
function toFault(issue: v.BaseIssue<unknown>): Fault {
  const name = v.getDotPath(issue) ?? '';
  const isOwnMessage = !issue.message.startsWith('Invalid ');
  if (isOwnMessage) return { name, problem: issue.message };
  return { name, problem: issue.received === 'undefined' ? 'is missing' : `must be ${describeExpected(issue)}` };
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  string: 'a text in quotation marks',
  boolean: 'true or false',
  Array: 'a list: [ ... ]',
  Object: 'an object: { ... }',
};

function describeExpected({ expected }: v.BaseIssue<unknown>): string {
  if (expected === null || expected === '') return 'of another form';
  return Object.hasOwn(JSON_TYPES, expected) ? (JSON_TYPES[expected] ?? expected) : expected;
}

function entriesOf(value: unknown, path: string, fileFaults: Fault[]): [string, unknown][] {
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  fileFaults.push({ name: path, problem: 'must be an object: { "NAME": { "grant": ... } }' });
  return [];
}

function parseObject(json: string, report: (problem: string) => void): Record<string, unknown> | undefined {
  const form = '{ "profiles": { ... }, "grants": [ ... ] }';
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    report(`must be a JSON object: ${form}`);
  } catch (error) {
    report(`does not parse as JSON${describePlace(error)}: it must be ${form}`);
  }
  return undefined;
}

/** Of the parser's message the place alone: the rest quotes the file. */
function describePlace(error: unknown): string {
  const place = error instanceof SyntaxError ? /line \d+ column \d+|position \d+/.exec(error.message) : null;
  return place === null ? '' : ` (${place[0]})`;
}
