import type { Caller } from '../callers/caller.ts';
import { describeFaults, type Fault } from '../config/faults.ts';
import type { Profile } from '../config/profiles/profile.ts';
import { ServiceError } from '../errors.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';

/** A profile that can be served. */
export interface ServedProfile {
  readonly name: string;
  readonly settings: Profile;
  /** Whom its tokens are asked of where they are the app's own; undefined where each person has their own. */
  readonly endpoint: TokenEndpoint | undefined;
  /** Whom this caller's tokens are asked of. Throws where this caller can have none. */
  endpointFor(caller: Caller): TokenEndpoint;
}

export interface Profiles {
  /** The profile of that name; `default` where none is named. Throws `unknown_profile`; `misconfigured` where it is at fault. */
  find(name: string | undefined): ServedProfile;
  readonly all: readonly ServedProfile[];
  /** Throws `misconfigured` with every fault of every profile, where there is one. */
  refuseFaults(): void;
}

const DEFAULT_PROFILE = 'default';

export function createProfiles(all: readonly ServedProfile[], faults: ReadonlyMap<string, readonly Fault[]>): Profiles {
  const byName = new Map(all.map((profile) => [profile.name, profile]));
  return {
    all,
    refuseFaults() {
      if (faults.size > 0) throw misconfigured([...faults.values()].flat());
    },
    find(name = DEFAULT_PROFILE) {
      const profile = byName.get(name);
      if (profile !== undefined) return profile;
      const own = faults.get(name);
      if (own !== undefined) throw misconfigured(own);
      throw new ServiceError('unknown_profile', 'There is no profile of the name that the address ends in.', {
        hint: 'Profiles stand in profiles.json (PROFILES_FILE); "default" may also be that of the POWERBI_* settings. Names are case-sensitive.',
      });
    },
  };
}

function misconfigured(faults: readonly Fault[]): ServiceError {
  return new ServiceError('misconfigured', describeFaults(faults), {
    hint: 'Mend the profile in profiles.json, and deploy it again: its "$schema" lets an editor say what fits.',
  });
}
