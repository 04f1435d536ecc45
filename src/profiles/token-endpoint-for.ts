import type { Caller } from '../callers/caller.ts';
import { ServiceError } from '../errors.ts';
import type { Person } from '../issuers/grant-types/on-behalf-of.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import type { ServedProfile } from './profiles.ts';

/**
 * The token endpoint for this caller.
 *
 * Throws `forbidden` if the profile exchanges a person's token and the caller sent none, and `invalid_request` for a sign-in
 * profile, which issues tokens at `/auth/token`.
 */
export function tokenEndpointFor(profile: ServedProfile, caller: Caller): TokenEndpoint {
  switch (profile.kind) {
    case 'own':
      return profile.endpoint;
    case 'on-behalf-of':
      return profile.endpointFor(readPerson(caller));
    case 'sign-in':
      throw new ServiceError('invalid_request', 'This profile issues tokens only to people who have signed in.', {
        hint: 'Sign in at /api/auth/sign-in, then request /api/auth/token with the header X-Requested-With.',
      });
    default:
      return profile satisfies never;
  }
}

function readPerson(caller: Caller): Person {
  if (caller.kind === 'identified' && caller.via === 'entra' && caller.claims.scp.length > 0) {
    const { claims, bearerToken } = caller;
    if (claims.tid !== undefined && claims.oid !== undefined && bearerToken !== undefined)
      return { tenantId: claims.tid, objectId: claims.oid, assertion: bearerToken };
  }
  throw new ServiceError(
    'forbidden',
    'This profile issues each person their own token, but the caller is not a person.',
    {
      reason: 'no delegated bearer token (claim scp) to exchange',
      hint: 'Call with CALLER_AUTH=entra and an access token that a person got for this API (delegated, with a scope).',
    },
  );
}
