import type { Caller } from '../callers/caller.ts';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import { powerBiProfileIdOf, type Profile } from '../config/profiles/profile.ts';
import { ServiceError } from '../errors.ts';
import type { Profiles, ServedProfile } from '../profiles/profiles.ts';
import { tokenEndpointFor } from '../profiles/token-endpoint-for.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import type { TokenCache } from '../tokens/token-cache.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import { createSharedDescription, describeTokenForStockClient } from './describe-token.ts';
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
  const describeToken = createSharedDescription();
  return async ({ http, audit, caller, grantTypes }) => {
    checkGrantTypes(grantTypes);
    const profile = profiles.find(http.params['profile']);
    audit.profile = profile.name;
    const endpoint = findRawTokenEndpoint(profile, caller);
    gate.authorize(caller, { action: 'token', profile: profile.name }, audit);
    const minTtlSeconds = await readMinTtlSeconds(http);
    const { token, cache } = await tokens.get(endpoint, minTtlSeconds);
    const now = clock.now();
    audit.token = describeForAudit(token, now);
    audit.cache = cache;
    return respondJsonText(
      grantTypes.length > 0
        ? describeTokenForStockClient(token, now)
        : describeToken(token, { profile: profile.name, now }),
    );
  };
}

/**
 * Where the caller's access token of a profile comes from. This is before the grants, so that a caller of the wrong route gets
 * the right one. Throws what `tokenEndpointFor` throws, and `forbidden` for a profile that issues no raw tokens.
 */
export function findRawTokenEndpoint(profile: ServedProfile, caller: Caller): TokenEndpoint {
  const endpoint = tokenEndpointFor(profile, caller);
  refuseRawToken(profile.settings);
  return endpoint;
}

/** For the caller this is always the grant type client_credentials, whatever the profile's own grant type is. */
function checkGrantTypes(grantTypes: readonly string[]): void {
  const [grantType, second] = grantTypes;
  if (second !== undefined) {
    throw new ServiceError('invalid_request', 'The parameter grant_type is given more than once.', {
      hint: 'Send grant_type once.',
    });
  }
  if (grantType === undefined || grantType === 'client_credentials') return;
  throw new ServiceError('invalid_request', 'The grant_type of the form is not supported here.', {
    hint: 'Send grant_type=client_credentials. The profile decides how its token is requested from the issuer.',
    oauthError: 'unsupported_grant_type',
  });
}

/** The access token of such a profile acts as the parent service principal, which has access to more. */
function refuseRawToken(settings: Profile): void {
  if (powerBiProfileIdOf(settings) === undefined) return;
  throw new ServiceError(
    'forbidden',
    'This profile issues no access tokens, because it acts as a service principal profile.',
    {
      reason: 'the profile has powerBiProfileId',
      hint: 'Request an embed token, a list or a refresh instead.',
    },
  );
}
