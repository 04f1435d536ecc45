import type { TokenEndpoint } from '../../tokens/token-endpoint.ts';
import type { TokenRequester } from '../token-requester.ts';

/** The client credentials grant type (RFC 6749 section 4.4): the app registration's own token. */
export function createClientCredentialsEndpoint(requester: TokenRequester): TokenEndpoint {
  return {
    cacheKey: requester.name,
    async requestToken(budget) {
      return (await requester.request({ grantType: 'client_credentials' }, budget)).issued;
    },
  };
}
