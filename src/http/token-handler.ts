import type { HttpHandler } from '@azure/functions';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import type { TokenCache } from '../tokens/token-cache.ts';
import { createHandler } from './handler.ts';
import { readMinTtlSeconds } from './read-min-ttl.ts';
import { describeToken } from './describe-token.ts';
import { respondJsonText } from './respond.ts';

export interface TokenHandlerDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
}

/** `/token`, `/token/{profile}` and `/tokens/GetAccessToken`: the access token of a profile, with what is known of its expiry. */
export function createTokenHandler(dependencies: TokenHandlerDependencies): HttpHandler {
  const { clock, gate, profiles, tokens } = dependencies;
  return createHandler(clock, {
    methods: ['GET', 'POST'],
    audits: 'token',
    oauth: true,
    async respond({ http, audit }) {
      const caller = await gate.admit(http.headers, audit);
      const profile = profiles.find(http.params['profile']);
      audit.profile = profile.name;
      // First, since whoever asks here for what is had elsewhere must hear that, whatever the grants say.
      const endpoint = profile.endpointFor(caller);
      gate.authorize(caller, { action: 'token', profile: profile.name }, audit);
      const minTtlSeconds = await readMinTtlSeconds(http);
      const { token, cache } = await tokens.get(endpoint, minTtlSeconds);
      audit.token = describeForAudit(token, clock.now());
      audit.cache = cache;
      return respondJsonText(describeToken(token, { profile: profile.name, now: clock.now() }));
    },
  });
}
