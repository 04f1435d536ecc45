import { powerBiProfileIdOf, tokenHolderOf, type Profile } from '../config/profiles/profile.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import type { PowerBiAccount } from './power-bi-client.ts';

/** The account of a profile, whose tokens come from this endpoint. */
export function accountWith(settings: Profile, endpoint: TokenEndpoint): PowerBiAccount {
  return {
    apiUrl: settings.cloud.powerBiApiUrl,
    endpoint,
    holder: tokenHolderOf(settings),
    powerBiProfileId: powerBiProfileIdOf(settings),
  };
}
