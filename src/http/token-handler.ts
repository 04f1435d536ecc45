import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { tokenEndpointFor } from '../profiles/token-endpoint-for.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import type { TokenCache } from '../tokens/token-cache.ts';
import { describeToken } from './describe-token.ts';
import type { GuardedRequest, Handler } from './handler.ts';
import { readMinTtlSeconds } from './parameters.ts';
import { respondJsonText } from './respond.ts';

export interface TokenHandlerDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
}

/** `/token`, `/token/{profile}` and `/tokens/GetAccessToken`: the access token of a profile, with its expiry. */
export function createTokenHandler(dependencies: TokenHandlerDependencies): Handler<GuardedRequest> {
  const { clock, gate, profiles, tokens } = dependencies;
  return async ({ http, audit, caller }) => {
    const profile = profiles.find(http.params['profile']);
    audit.profile = profile.name;
    // Before the grants: a caller that asks at the wrong route must learn the right one.
    const endpoint = tokenEndpointFor(profile, caller);
    gate.authorize(caller, { action: 'token', profile: profile.name }, audit);
    const minTtlSeconds = await readMinTtlSeconds(http);
    const { token, cache } = await tokens.get(endpoint, minTtlSeconds);
    audit.token = describeForAudit(token, clock.now());
    audit.cache = cache;
    return respondJsonText(describeToken(token, { profile: profile.name, now: clock.now() }));
  };
}
