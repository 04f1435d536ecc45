import { misconfigured, type Fault } from '../config/faults.ts';
import type { AuthorizationCodeProfile, OnBehalfOfProfile, Profile } from '../config/profiles/profile.ts';
import { ServiceError } from '../errors.ts';
import type { Person } from '../issuers/grant-types/on-behalf-of.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';

/** A profile with its token endpoint or sign-in. */
export type ServedProfile = OwnTokensProfile | OnBehalfOfServedProfile | SignInProfile;

/** The tokens are the app's own: every caller gets the same ones. */
export interface OwnTokensProfile {
  readonly kind: 'own';
  readonly name: string;
  readonly settings: Exclude<Profile, OnBehalfOfProfile | AuthorizationCodeProfile>;
  readonly endpoint: TokenEndpoint;
}

/** Each person gets their own token, in exchange for the token of their request. */
export interface OnBehalfOfServedProfile {
  readonly kind: 'on-behalf-of';
  readonly name: string;
  readonly settings: OnBehalfOfProfile;
  endpointFor(person: Person): TokenEndpoint;
}

/** Each person gets their own token after signing in with a browser. */
export interface SignInProfile {
  readonly kind: 'sign-in';
  readonly name: string;
  readonly settings: AuthorizationCodeProfile;
  readonly signIn: SignIn;
}

/** The registry of profiles. */
export interface Profiles {
  readonly all: readonly ServedProfile[];
  /** The profile of that name, or `default` if none is named. Throws `unknown_profile`, or `misconfigured` if it has faults. */
  find(name: string | undefined): ServedProfile;
  /**
   * The sign-in profile of that name, or the only one if none is named. Throws `invalid_request`, which is the same for every
   * cause: anyone may ask, so the answer does not reveal which profiles exist. Only the audit line has the reason.
   */
  findSignIn(name: string | undefined): SignInProfile;
}

const DEFAULT_PROFILE = 'default';

export function createProfiles(all: readonly ServedProfile[], faults: ReadonlyMap<string, readonly Fault[]>): Profiles {
  const byName = new Map(all.map((profile) => [profile.name, profile]));
  const signIns = all.filter((profile) => profile.kind === 'sign-in');

  /** Why no sign-in profile is the only one. */
  function describeAll(): string {
    return signIns.length === 0
      ? 'there is no profile with the grant authorization_code, or it has errors: see /api/health/ready'
      : `the request names no profile, and there are ${signIns.length} sign-in profiles`;
  }

  function describeOne(name: string): string {
    if (faults.has(name)) return `the profile "${name}" has errors: see /api/health/ready`;
    const other = byName.get(name);
    return other === undefined
      ? describeUnknown(name)
      : `the grant of the profile "${name}" is ${other.settings.grant}, not authorization_code`;
  }

  return {
    all,
    find(name = DEFAULT_PROFILE) {
      const profile = byName.get(name);
      if (profile !== undefined) return profile;
      const own = faults.get(name);
      throw own === undefined ? unknownProfile(name) : misconfigured(own);
    },
    findSignIn(name) {
      const [only, ...others] = name === undefined ? signIns : signIns.filter((profile) => profile.name === name);
      if (only !== undefined && others.length === 0) return only;
      throw noSignInProfile(name === undefined ? describeAll() : describeOne(name));
    },
  };
}

function noSignInProfile(reason: string): ServiceError {
  return new ServiceError('invalid_request', 'No sign-in profile matches this request.', {
    hint: 'Name a profile whose grant is authorization_code: ?profile=NAME. The operator finds the reason in the log.',
    reason,
    newSignInHelps: false,
  });
}

const WELL_FORMED_NAME = /^[\w-]{1,64}$/;

function unknownProfile(name: string): ServiceError {
  const detail = WELL_FORMED_NAME.test(name)
    ? `There is no profile "${name}".`
    : 'The URL ends in the name of a profile that does not exist.';
  return new ServiceError('unknown_profile', detail, {
    hint: 'Check the name: upper and lower case matter. The operator defines profiles in profiles.json (PROFILES_FILE), and "default" also with the POWERBI_* settings.',
  });
}

function describeUnknown(name: string): string {
  return WELL_FORMED_NAME.test(name)
    ? `there is no profile "${name}"`
    : 'the request names a profile that does not exist';
}
