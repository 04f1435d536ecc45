import * as oauth from 'oauth4webapi';
import type { Clock, Moment } from '../clock.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream, type UpstreamAnswer } from '../upstream/fetch-upstream.ts';

/** One request to a token endpoint (RFC 6749 section 3.2), without the client's authentication. */
export interface TokenRequest {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly isEntra: boolean;
  readonly clientId: string;
  readonly grantType: string;
  /** The other form members: `scope`, `resource`, `username` ... */
  readonly parameters: Readonly<Record<string, string>>;
  /** The requested scope, for `scope` of the answer. */
  readonly scope: string;
  /** Whether the token is for a person, who can then sign in again or use MFA. */
  readonly isForPerson: boolean;
}

export type ClientAuthentication = oauth.ClientAuth;

export interface TokenAnswer extends UpstreamAnswer {
  readonly sentAt: Moment;
}

/**
 * Sends the request; `judgeTokenAnswer` reads the answer.
 *
 * Throws `upstream_unavailable` if no complete answer arrives.
 */
export async function sendTokenRequest(
  { fetch, clock }: { fetch: Fetch; clock: Clock },
  { request, authentication }: { request: TokenRequest; authentication: ClientAuthentication },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const sentAt = clock.now();
  let answer: UpstreamAnswer | undefined;
  await oauth.genericTokenEndpointRequest(
    { issuer: request.issuer, token_endpoint: request.tokenEndpoint },
    { client_id: request.clientId },
    authentication,
    request.grantType,
    request.parameters,
    {
      signal,
      [oauth.customFetch]: async (url, init) => {
        answer = await fetchUpstream(fetch, 'issuer', url, init);
        return new Response();
      },
    },
  );
  if (answer === undefined) throw new Error('The token request ended without an answer.');
  return { ...answer, sentAt };
}
