import type { Profile } from './config/profile.ts';
import { ServiceError } from './errors.ts';
import type { TokenEndpoint } from './issuers/token-endpoint.ts';

/** A profile that can be served: its settings, and the endpoint that its tokens are asked of. */
export interface ServedProfile {
  readonly name: string;
  readonly settings: Profile;
  readonly endpoint: TokenEndpoint;
}

export interface Profiles {
  /** The profile of that name; `default` where none is named. Throws `unknown_profile`. */
  find(name: string | undefined): ServedProfile;
  readonly all: readonly ServedProfile[];
}

const DEFAULT_PROFILE = 'default';

export function createProfiles(all: readonly ServedProfile[]): Profiles {
  const byName = new Map(all.map((profile) => [profile.name, profile]));
  return {
    all,
    find(name = DEFAULT_PROFILE) {
      const profile = byName.get(name);
      if (profile !== undefined) return profile;
      throw new ServiceError('unknown_profile', 'There is no profile of the name that the address ends in.', {
        hint: 'Profiles stand in profiles.json (PROFILES_FILE); "default" is the one of the POWERBI_* settings. Names are case-sensitive.',
      });
    },
  };
}
