import * as oauth from 'oauth4webapi';
import type { Clock, Moment } from '../clock.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream, type UpstreamAnswer } from '../upstream/fetch-upstream.ts';

/** One request to a token endpoint (RFC 6749 section 3.2), but for the way the client authenticates. */
export interface TokenRequest {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly grantType: string;
  /** The further form members: `scope`, `resource`, `username` ... */
  readonly parameters: Readonly<Record<string, string>>;
  /** What the answer's `scope` member will say was asked. */
  readonly scope: string;
  /** Whether a person can mend a refusal. */
  readonly isForPerson: boolean;
}

export type ClientAuthentication = oauth.ClientAuth;

export interface TokenAnswer extends UpstreamAnswer {
  readonly sentAt: Moment;
}

/**
 * Sends the request and nothing more: what the answer means is judged apart.
 *
 * Throws `upstream_unavailable` where no whole answer arrives.
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
