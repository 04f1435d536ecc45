import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import type { ProfileInput } from '../../src/config/profiles/profiles-schema.ts';
import type { StartAppOptions } from './scenario.ts';

export interface ProfilesFile {
  readonly profiles?: Readonly<Record<string, ProfileInput>>;
  readonly grants?: readonly GrantInput[];
}

/** profiles.json beside host.json, for `startApp`. */
export function profilesFile(file: ProfilesFile): NonNullable<StartAppOptions['files']> {
  return { 'profiles.json': JSON.stringify(file) };
}

/** Every caller that passed CALLER_AUTH may have the tokens of these profiles. */
export function anyoneMay(...profiles: readonly string[]): GrantInput {
  return { callers: [{ anyone: true }], profiles: [...profiles], actions: ['token', 'datasets'] };
}

/** A file with these profiles. Every caller that passed CALLER_AUTH may have their tokens, and that of `default`. */
export function openProfiles(profiles: Readonly<Record<string, ProfileInput>>): ReturnType<typeof profilesFile> {
  return profilesFile({ profiles, grants: [anyoneMay('default', ...Object.keys(profiles))] });
}

/** The same for an app without a profile `default`. */
export function openOnly(profiles: Readonly<Record<string, ProfileInput>>): ReturnType<typeof profilesFile> {
  return profilesFile({ profiles, grants: [anyoneMay(...Object.keys(profiles))] });
}
