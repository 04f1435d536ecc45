import type { Clock } from '../clock.ts';
import type { IssuerProfile } from '../config/profiles/profile.ts';
import type { UpstreamError } from '../errors.ts';
import type { Fetch } from '../runtime.ts';
import type { IssuedToken } from '../tokens/token-endpoint.ts';
import type { Budget } from '../upstream/budget.ts';
import { createThrottleMemory } from '../upstream/throttle-memory.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { ClientAuthenticator } from './credentials/client-authenticator.ts';
import { digest } from './digest.ts';
import type { FindIssuer } from './discovery.ts';
import { judgeTokenAnswer, type TokenGrant } from './judge-token-answer.ts';
import { sendTokenRequest, type TokenRequest } from './token-request.ts';

/** The common part of all grant types: it finds the issuer, authenticates, retries, and interprets the answer. */
export interface TokenRequester {
  /** Contains every input of the token request, except what the grant type adds and the credential's version. */
  readonly name: string;
  request(grant: GrantRequest, budget: Budget): Promise<IssuedGrant>;
}

/** What a grant type adds to a profile's requests. */
export interface GrantRequest {
  readonly grantType: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether the request is repeated only after 429, 5xx or a lost connection. The last may come after the issuer has read it. */
  readonly isSentOnce?: boolean;
}

export interface IssuedGrant {
  readonly issued: IssuedToken;
  readonly idToken: string | undefined;
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
  const throttling = createThrottleMemory(clock);
  return {
    name: JSON.stringify([grant, issuer, clientId, authenticator.name, target, digest(parameters)]),
    async request({ grantType, parameters: added, isSentOnce = false }, budget) {
      authenticator.prepare(budget);
      const { assertion, ...address } = await findIssuer(issuer, budget);
      const request: TokenRequest = {
        ...address,
        clientId,
        grantType,
        parameters: { ...parameters, ...target, ...added },
        scope: describeTarget(profile),
        isForPerson: grant === 'on_behalf_of' || grant === 'authorization_code',
      };
      const retries = { clock, random, budget, service: 'issuer', ...(isSentOnce ? SENT_ONCE : {}) } as const;
      return authenticator.authenticate({ budget, clientId, assertion }, async (authentication, newestRefusal) => {
        // Read before the request: a version that arrives meanwhile is newer than the one the token is requested with.
        const version = authenticator.version();
        const granted = await withRetries(retries, (signal) =>
          throttling.run(request.tokenEndpoint, async () =>
            judgeTokenAnswer(await sendTokenRequest(dependencies, { request, authentication }, signal), request),
          ),
        );
        return toIssuedGrant(granted, { authenticator, version, newestRefusal });
      });
    },
  };
}

/** After a time-out there is no other attempt, so the first one gets all the time. */
const SENT_ONCE = {
  attemptTimeoutMs: Infinity,
  mayRepeat: ({ upstream: { status = 500 } }: UpstreamError): boolean => status === 429 || status >= 500,
} as const;

interface UsedCredential {
  readonly authenticator: ClientAuthenticator;
  readonly version: string | undefined;
  readonly newestRefusal: UpstreamError | undefined;
}

/** Outside of `request`: `isSuperseded` is cached with the token, and must not keep the request in memory. */
function toIssuedGrant(
  { accessToken, refreshToken, idToken }: TokenGrant,
  { authenticator, version, newestRefusal }: UsedCredential,
): IssuedGrant {
  const isSuperseded = (): boolean => authenticator.version() !== version;
  return { issued: { token: accessToken, refreshToken, newestRefusal, isSuperseded }, idToken };
}

/** The requested scope, for `scope` of the answer. */
function describeTarget({ target }: IssuerProfile): string {
  return target.scope ?? target.resource ?? target.audience ?? '';
}
