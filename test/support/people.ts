import { seed, type Scenario, type StartAppOptions, type TestApp } from './scenario.ts';

/** The sign-in profile for people of the stand-ins' tenant. */
export const peopleProfile = {
  grant: 'authorization_code',
  tenantId: seed.tenantId,
  clientId: seed.personApp.clientId,
  credential: { secret: seed.personApp.secretName },
} as const;

export interface PeopleAppOptions extends StartAppOptions {
  readonly profiles?: Readonly<Record<string, unknown>>;
  readonly grants?: readonly unknown[];
}

/** An instance with a sign-in profile: `people`, unless other profiles are given. */
export function startPeopleApp(
  { startApp }: Scenario,
  { profiles = { people: peopleProfile }, grants, settings, ...options }: PeopleAppOptions = {},
): TestApp {
  return startApp({
    ...options,
    settings: { SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri, ...settings },
    files: { 'profiles.json': JSON.stringify({ profiles, grants }) },
  });
}
