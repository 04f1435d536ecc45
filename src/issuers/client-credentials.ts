import * as oauth from 'oauth4webapi';
import type { ClientCredentialsProfile } from '../config/profile.ts';
import type { Clock } from '../clock.ts';
import type { SecretCache } from '../secrets/secret-cache.ts';
import type { Fetch } from '../upstream/fetch-upstream.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { judgeTokenAnswer } from './judge-token-answer.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { sendTokenRequest, type TokenRequest } from './token-request.ts';
import { withClientSecret } from './with-client-secret.ts';

export interface IssuerDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly secrets: SecretCache;
}

/** The client credentials grant (RFC 6749 section 4.4): the app registration's own token, got with its secret. */
export function createClientCredentialsEndpoint(
  profile: ClientCredentialsProfile,
  dependencies: IssuerDependencies,
): TokenEndpoint {
  const { clock, random, secrets } = dependencies;
  const { secretName } = profile.credential;
  const request: TokenRequest = {
    ...profile.issuer,
    clientId: profile.clientId,
    grantType: 'client_credentials',
    parameters: { [profile.target.parameter]: profile.target.value },
    scope: profile.target.value,
  };
  return {
    cacheKey: JSON.stringify([request, secretName]),
    async requestToken(budget) {
      const accessToken = await withClientSecret({ secrets, secretName, clock, budget }, (secret) =>
        withRetries({ clock, random, budget, service: 'issuer' }, async (signal) => {
          const authentication = oauth.ClientSecretPost(secret.value);
          const answer = await sendTokenRequest(dependencies, { request, authentication }, signal);
          return (await judgeTokenAnswer(answer, request)).accessToken;
        }),
      );
      const newestVersion = secrets.peek(secretName)?.version;
      return { token: accessToken, isSuperseded: () => secrets.peek(secretName)?.version !== newestVersion };
    },
  };
}
