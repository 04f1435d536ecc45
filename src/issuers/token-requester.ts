import type { Clock } from '../clock.ts';
import type { IssuerProfile } from '../config/profiles/profile.ts';
import type { Budget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { ClientAuthenticator } from './credentials/client-authenticator.ts';
import type { FindIssuer } from './discovery.ts';
import { digest } from './digest.ts';
import { judgeTokenAnswer, type TokenGrant } from './judge-token-answer.ts';
import type { IssuedToken } from '../tokens/token-endpoint.ts';
import { sendTokenRequest, type TokenRequest } from './token-request.ts';

/** What every grant that goes to a token endpoint has in common: it finds the issuer, authenticates, retries, judges. */
export interface TokenRequester {
  /** Names all that shapes the tokens, but for what the grant adds and the credential's version. */
  readonly name: string;
  request(wish: TokenWish, budget: Budget): Promise<RequestedGrant>;
}

export interface RequestedGrant extends Omit<TokenGrant, 'accessToken'> {
  readonly issued: IssuedToken;
}

export interface TokenWish {
  readonly grantType: string;
  /** Form members beside those of the profile. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface TokenRequesterDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly findIssuer: FindIssuer;
}

export function createTokenRequester(
  profile: IssuerProfile,
  authenticator: ClientAuthenticator,
  dependencies: TokenRequesterDependencies,
): TokenRequester {
  const { clock, random, findIssuer } = dependencies;
  const { grant, issuer, clientId, target, parameters } = profile;
  return {
    name: JSON.stringify([grant, issuer, clientId, authenticator.name, target, digest(parameters)]),
    async request(wish, budget) {
      const address = await findIssuer(issuer, budget);
      const request: TokenRequest = {
        ...address,
        clientId,
        grantType: wish.grantType,
        parameters: { ...parameters, ...target, ...wish.parameters },
        scope: describeTarget(profile),
        isForPerson: grant === 'on_behalf_of' || grant === 'authorization_code',
      };
      const context = { budget, clientId, audience: address.tokenEndpoint };
      return authenticator.authenticate(context, async (authentication, newestRefusal) => {
        // Before the request: one that comes while the issuer answers is newer than what the token was got with.
        const newest = authenticator.version();
        const { accessToken: token, ...granted } = await withRetries(
          { clock, random, budget, service: 'issuer' },
          async (signal) => {
            const answer = await sendTokenRequest(dependencies, { request, authentication }, signal);
            return judgeTokenAnswer(answer, request);
          },
        );
        return { ...granted, issued: { token, newestRefusal, isSuperseded: () => authenticator.version() !== newest } };
      });
    },
  };
}

/** What an answer's `scope` says was asked. */
function describeTarget({ target }: IssuerProfile): string {
  return target.scope ?? target.resource ?? target.audience ?? '';
}
