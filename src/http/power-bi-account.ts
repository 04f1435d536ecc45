import type { Caller } from '../callers/caller.ts';
import { powerBiProfileIdOf, tokenHolderOf, type Profile } from '../config/profiles/profile.ts';
import type { PowerBiAccount } from '../power-bi/power-bi-client.ts';
import type { ServedProfile } from '../profiles/profiles.ts';
import { tokenEndpointFor } from '../profiles/token-endpoint-for.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';

/** In whose name Power BI is asked for this caller. Throws what `tokenEndpointFor` throws. */
export function accountFor(profile: ServedProfile, caller: Caller): PowerBiAccount {
  return accountWith(profile.settings, tokenEndpointFor(profile, caller));
}

/** The same for a token endpoint that is known. */
export function accountWith(settings: Profile, endpoint: TokenEndpoint): PowerBiAccount {
  return {
    apiUrl: settings.cloud.powerBiApiUrl,
    endpoint,
    holder: tokenHolderOf(settings),
    powerBiProfileId: powerBiProfileIdOf(settings),
  };
}
