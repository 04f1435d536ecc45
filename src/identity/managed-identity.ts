import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';
import type { RequestIdentityToken } from './app-identity.ts';
import { judgeIdentityAnswer } from './judge-identity-answer.ts';

export interface ManagedIdentityOptions {
  /** IDENTITY_ENDPOINT and IDENTITY_HEADER, which App Service sets. */
  readonly endpoint: string;
  readonly header: string;
  /** The client id of a user-assigned identity; undefined for the system-assigned one. */
  readonly clientId: string | undefined;
}

export interface ManagedIdentityDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const API_VERSION = '2019-08-01';

/**
 * Requests tokens of a managed identity from App Service's identity endpoint. Throws what `judgeIdentityAnswer` throws.
 *
 * `ManagedIdentityCredential` is not used: the whole process shares its cache, which cannot be emptied, and it makes one error
 * message of every answer.
 */
export function createManagedIdentity(
  { endpoint, header, clientId }: ManagedIdentityOptions,
  { fetch, clock }: ManagedIdentityDependencies,
): RequestIdentityToken {
  return async (scope, { signal, refused }) => {
    const url = new URL(endpoint);
    url.searchParams.set('api-version', API_VERSION);
    url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
    if (clientId !== undefined) url.searchParams.set('client_id', clientId);
    // The endpoint caches tokens for up to a day. This hash names the one that it must not return again.
    if (refused !== undefined) url.searchParams.set('token_sha256_to_refresh', sha256(refused.value));
    const requestedAt = clock.now();
    const headers = { 'X-IDENTITY-HEADER': header };
    const answer = await fetchUpstream(fetch, 'identity-endpoint', url.href, { headers, signal });
    return judgeIdentityAnswer(answer, { scope, clientId, requestedAt });
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
