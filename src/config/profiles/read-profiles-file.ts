import * as v from 'valibot';
import { findUnknownMembers, type UnknownMember } from '../../find-unknown-members.ts';
import type { Cloud, CloudName } from '../clouds.ts';
import type { Fault } from '../faults.ts';
import { powerBiProfileIdOf, type Profile } from './profile.ts';
import type { CallerMode } from '../caller-settings.ts';
import type { Grant } from './grant.ts';
import { grantSchema } from './grants-schema.ts';
import { nearestName } from './nearest-name.ts';
import { parseProfilesJson, withoutSecrets, type TextFault } from './parse-profiles-json.ts';
import { profileName, profileSchema } from './profiles-schema.ts';
import { findGrantFaults, readGrant, type GrantContext } from './read-grant.ts';
import { readProfile, type ProfileReading } from './read-profile.ts';

export interface ProfilesFile {
  /** Faults that stop every guarded route. */
  readonly fileFaults: readonly Fault[];
  /** Every profile that the file has, faulty or not. */
  readonly names: readonly string[];
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What is wrong with the others, by profile. */
  readonly profileFaults: ReadonlyMap<string, readonly Fault[]>;
  /** Undefined if the file has no property `grants`. */
  readonly grants: readonly Grant[] | undefined;
}

export interface ProfilesFileContext {
  /** The file's name in an error: `profiles.json`. */
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
  // Some editors begin a file with a byte order mark, which JSON does not know.
  const { value: file, faults, describePlace } = parseProfilesJson(json.replace(/^\uFEFF/, ''));
  const inFile = ({ path, problem }: TextFault): Fault => nameInFile(context, { name: path.join('.'), problem });
  const locate = ({ name, problem }: Fault): Fault =>
    nameInFile(context, { name, problem: `${problem}${describePlace(name)}` });
  if (file === undefined) {
    const fileFaults = faults.map(inFile);
    return { fileFaults, names: [], profiles: new Map(), profileFaults: new Map(), grants: undefined };
  }
  // A pasted secret is one fault: its form is no second one.
  const secretPaths = faults.filter(({ kind }) => kind === 'secret').map(({ path }) => path.join('.'));
  const isNotSecret = ({ name }: Fault): boolean => !secretPaths.includes(name);
  // A name that looks like a secret is a fault of the file, so that no report names it.
  const input = entriesOf(file['profiles']);
  const entries = (input ?? []).filter(([name]) => withoutSecrets(name) === name);
  const names = entries.map(([name]) => name);
  const ownerOf = ({ path: [member, name] }: TextFault): string | undefined =>
    member === 'profiles' && name !== undefined && names.includes(name) ? name : undefined;
  const profiles = new Map<string, Profile>();
  const profileFaults = new Map<string, readonly Fault[]>();
  for (const [name, profile] of entries) {
    const twin = [...profiles.keys(), ...profileFaults.keys()].find(
      (other) => other.toLowerCase() === name.toLowerCase(),
    );
    const read = twin === undefined ? readOneProfile(name, profile, context) : refused(sameNameAs(twin));
    const own = [
      ...read.faults
        .map((fault) => below(`profiles.${name}`, fault))
        .filter(isNotSecret)
        .map(locate),
      ...faults.filter((fault) => ownerOf(fault) === name).map(inFile),
    ];
    if (own.length > 0) profileFaults.set(name, own);
    else if (read.profile !== undefined) profiles.set(name, read.profile);
  }
  const hasOwnDefault = context.hasDefaultSettings || names.length === 0;
  const knownProfiles = hasOwnDefault ? ['default', ...names] : names;
  const actsAsProfile = (name: string): boolean => {
    const profile = profiles.get(name);
    return profile !== undefined && powerBiProfileIdOf(profile) !== undefined;
  };
  const read = readGrants(file['grants'], { ...context, knownProfiles, actsAsProfile });
  const fileFaults = [
    ...faults.filter((fault) => ownerOf(fault) === undefined).map(inFile),
    ...[...findUnknownTopMembers(file), ...(input === undefined ? [NOT_PROFILES] : []), ...read.faults]
      .filter(isNotSecret)
      .map(locate),
  ];
  return { fileFaults, names, profiles, profileFaults, grants: read.grants };
}

/** Names the file and the place in it, without anything that looks like a secret. */
function nameInFile({ fileName }: Pick<ProfilesFileContext, 'fileName'>, { name, problem }: Fault): Fault {
  return { name: name === '' ? fileName : `${fileName}: ${withoutSecrets(name)}`, problem };
}

function below(path: string, { name, problem }: Fault): Fault {
  return { name: name === '' ? path : `${path}.${name}`, problem };
}

const NOT_PROFILES: Fault = { name: 'profiles', problem: 'must be an object: { "NAME": { "grant": ... } }' };

function findUnknownTopMembers(file: Readonly<Record<string, unknown>>): Fault[] {
  const known = ['$schema', 'profiles', 'grants'];
  return Object.keys(file)
    .filter((member) => !known.includes(member))
    .map((member) => toUnknownFault({ path: [member], known }));
}

/** The host ignores case in routes and names of functions. */
function sameNameAs(twin: string): Fault {
  return { name: '', problem: `differs from "${twin}" only in letter case: use another name` };
}

function refused(...faults: readonly Fault[]): ProfileReading {
  return { profile: undefined, faults };
}

function readOneProfile(name: string, input: unknown, context: ProfilesFileContext): ProfileReading {
  if (!v.is(profileName, name)) {
    return refused({ name: '', problem: 'has an invalid name: use 1 to 64 letters, digits, hyphens and underscores' });
  }
  const parsed = v.safeParse(profileSchema, input, { abortPipeEarly: true });
  const faults = findFaults(profileSchema, input, parsed.issues);
  if (!parsed.success || faults.length > 0) return refused(...faults);
  return readProfile(name, parsed.output, { ...context, cloud: context.cloudOf(parsed.output.cloud) });
}

/** A grant with an error could allow too much or too little: every guarded route refuses until it is corrected. */
function readGrants(
  input: unknown,
  context: Omit<GrantContext, 'place'>,
): { readonly grants: readonly Grant[] | undefined; readonly faults: readonly Fault[] } {
  if (input === undefined) return { grants: undefined, faults: [] };
  if (!Array.isArray(input)) return { grants: [], faults: [{ name: 'grants', problem: 'must be a list' }] };
  const faults: Fault[] = [];
  const grants = input.flatMap((grant: unknown, index) => {
    const place = `grants.${index}`;
    const parsed = v.safeParse(grantSchema, grant, { abortPipeEarly: true });
    const own = parsed.success ? findGrantFaults(parsed.output, { ...context, place }) : [];
    const ofSchema = findFaults(grantSchema, grant, parsed.issues);
    faults.push(...[...own, ...ofSchema].map((fault) => below(place, fault)));
    return parsed.success ? [readGrant(parsed.output, place)] : [];
  });
  return { grants, faults };
}

const IS_MISSING = 'is missing';

/** Without unknown properties, because the library reports only one of them. */
function toFaults(issues: readonly v.BaseIssue<unknown>[]): Fault[] {
  return issues.filter(({ type, expected }) => type !== 'strict_object' || expected !== 'never').map(toFault);
}

/** Every fault that the schema finds. A misspelt property and the missing one that it probably means are one fault. */
function findFaults(schema: v.GenericSchema, input: unknown, issues: readonly v.BaseIssue<unknown>[] = []): Fault[] {
  const unknown = findUnknownMembers(schema, input);
  const faults = toFaults(issues);
  const missing = faults.filter(({ problem }) => problem === IS_MISSING).map(({ name }) => name);
  const misspelt = unknown.map(nameMeantBy);
  return [
    ...faults.filter(({ name, problem }) => problem !== IS_MISSING || !misspelt.includes(name)),
    ...unknown.map((member) => toUnknownFault(member, missing)),
  ];
}

/** The path of the known member that was probably meant. */
function nameMeantBy({ path, known }: UnknownMember): string | undefined {
  const near = nearestName(String(path.at(-1)), known);
  return near === undefined ? undefined : [...path.slice(0, -1), near].join('.');
}

function toUnknownFault(member: UnknownMember, missing: readonly string[] = []): Fault {
  const { path, known } = member;
  const near = nearestName(String(path.at(-1)), known);
  const andMissing = missing.includes(nameMeantBy(member) ?? '') ? ', which is missing' : '';
  const guess = near === undefined ? '' : `: did you mean "${near}"${andMissing}?`;
  return { name: path.join('.'), problem: `is not a known property${guess}` };
}

/** The library's messages quote the value, which may be a secret in the wrong place. Ours never do. */
function toFault(issue: v.BaseIssue<unknown>): Fault {
  const name = v.getDotPath(issue) ?? '';
  const isOwnMessage = !issue.message.startsWith('Invalid ');
  if (isOwnMessage) return { name, problem: issue.message };
  return { name, problem: issue.received === 'undefined' ? IS_MISSING : `must be ${describeExpected(issue)}` };
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  string: 'a string in quotation marks',
  boolean: 'true or false',
  Array: 'a list: [ ... ]',
  Object: 'an object: { ... }',
};

function describeExpected({ expected }: v.BaseIssue<unknown>): string {
  if (expected === null || expected === '') return 'of another type';
  return Object.hasOwn(JSON_TYPES, expected) ? (JSON_TYPES[expected] ?? expected) : expected;
}

/** Undefined if it is not an object. */
function entriesOf(value: unknown = {}): readonly [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
}
