import { ServiceError } from '../errors.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { SignIn } from './sign-in.ts';

/** Every profile that people sign in with. */
export interface SignIns {
  readonly all: readonly SignIn[];
  /**
   * The one that is named, or the only one there is. Throws `invalid_request` where several are and none is named, or where the
   * profile has another grant; `unknown_profile`; `misconfigured`.
   */
  find(profile: string | undefined): SignIn;
}

export function createSignIns(all: readonly SignIn[], profiles: Profiles): SignIns {
  return {
    all,
    find(name) {
      if (name === undefined) return findOnly(all, profiles);
      const { name: known } = profiles.find(name);
      const signIn = all.find(({ profile }) => profile === known);
      if (signIn !== undefined) return signIn;
      throw refuse('The profile that is named signs nobody in.', 'Name one whose grant is authorization_code.');
    },
  };
}

function findOnly(all: readonly SignIn[], profiles: Profiles): SignIn {
  const [only, another] = all;
  if (only === undefined) {
    // One that is at fault may be the one that is meant: what is wrong with it is what the operator must hear.
    profiles.refuseFaults();
    throw refuse(
      'No profile signs people in.',
      'Add a profile with the grant authorization_code to profiles.json: see docs/grants.md.',
    );
  }
  if (another !== undefined) throw refuse('Several profiles sign people in.', 'Name one: ?profile=NAME.');
  return only;
}

function refuse(detail: string, hint: string): ServiceError {
  return new ServiceError('invalid_request', detail, { hint });
}
