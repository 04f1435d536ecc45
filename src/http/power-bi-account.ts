import type { Caller } from '../callers/caller.ts';
import { accountWith } from '../power-bi/power-bi-account.ts';
import type { PowerBiAccount } from '../power-bi/power-bi-client.ts';
import type { ServedProfile } from '../profiles/profiles.ts';
import { tokenEndpointFor } from '../profiles/token-endpoint-for.ts';

/** The account of the token for Power BI, for this caller. Throws what `tokenEndpointFor` throws. */
export function accountFor(profile: ServedProfile, caller: Caller): PowerBiAccount {
  return accountWith(profile.settings, tokenEndpointFor(profile, caller));
}
