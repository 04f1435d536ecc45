import { randomUUID } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { createRefreshTokenEndpoint, redeemCode } from '../issuers/grant-types/authorization-code.ts';
import { judgeSignInRefusal } from '../issuers/judge-token-refusal.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import type { AuthorizationCodeProfile, IssuerProfile } from '../config/profiles/profile.ts';
import type { TokenRequester } from '../issuers/token-requester.ts';
import { createBudget } from '../upstream/budget.ts';
import type { ServedToken } from '../tokens/token-cache.ts';
import { SESSION_LIFETIME_MS, type Session, type Transaction } from './session.ts';

/** Signing a person in with one profile: authorization code with PKCE, state and nonce (RFC 9700 section 2.1). */
export interface SignIn {
  readonly profile: string;
  /** Where to send the browser, and what must be remembered until it comes back. */
  begin(request: SignInRequest): Promise<{ location: string; transaction: Transaction }>;
  /**
   * Reads the code from Entra's response. Throws `invalid_request` if the response does not match the pending sign-in, and
   * `interaction_required` if Entra or the person refused.
   */
  readCode(answer: URLSearchParams, transaction: Transaction): string;
  /** Redeems the code at Entra for a session. Throws what `redeemCode` throws. */
  redeem(code: string, transaction: Transaction): Promise<Session>;
  /** Requests tokens for this person. */
  endpointFor(session: Session): TokenEndpoint;
  /** The session to write to the cookie, if the token came with a newer refresh token; else undefined. */
  renew(session: Session, served: ServedToken): Session | undefined;
}

export interface SignInRequest {
  readonly returnTo: string | undefined;
  /** The claims challenge of an `interaction_required`, which this sign-in must satisfy. */
  readonly claims: string | undefined;
}

export interface SignInOptions {
  readonly profile: AuthorizationCodeProfile;
  readonly requester: TokenRequester;
  readonly clock: Clock;
}

export function createSignIn({ profile, requester, clock }: SignInOptions): SignIn {
  const { redirectUri } = profile;
  const client = { client_id: profile.clientId };
  const issuer = { issuer: profile.issuer.issuer };
  return {
    profile: profile.name,
    async begin({ returnTo, claims }) {
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const codeVerifier = oauth.generateRandomCodeVerifier();
      const location = new URL(authorizationEndpoint(profile));
      location.search = new URLSearchParams({
        ...profile.target,
        client_id: profile.clientId,
        response_type: 'code',
        response_mode: 'query',
        redirect_uri: redirectUri,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(claims === undefined ? {} : { claims }),
      }).toString();
      const transaction = { profile: profile.name, state, nonce, codeVerifier, returnTo: returnTo ?? null };
      return { location: location.href, transaction };
    },
    readCode: (answer, { state }) => readCode(() => oauth.validateAuthResponse(issuer, client, answer, state)),
    async redeem(code, { nonce, codeVerifier }) {
      const budget = createBudget(clock);
      const { wallMs } = clock.now();
      const person = await redeemCode(requester, { code, redirectUri, codeVerifier, nonce }, budget);
      const endsAtMs = wallMs + SESSION_LIFETIME_MS;
      return { profile: profile.name, id: randomUUID(), ...person, renewedAtMs: wallMs, endsAtMs };
    },
    endpointFor: (session) => createRefreshTokenEndpoint(requester, session),
    renew(session, { token, refreshToken }) {
      const renewedAtMs = token.requestedAt.wallMs;
      // Another worker process may have updated the cookie since: its refresh token is then newer than the cached one.
      if (refreshToken === undefined || renewedAtMs <= session.renewedAtMs) return undefined;
      return { ...session, refreshToken, renewedAtMs };
    },
  };
}

/** The URL of Entra's authorization endpoint, derived from that of its token endpoint. */
function authorizationEndpoint({ issuer }: IssuerProfile): string {
  if (issuer.kind === 'discovered') throw new Error('Sign-in works only with Entra. The configuration ensures this.');
  return issuer.tokenEndpoint.replace(/\/token$/, '/authorize');
}

function readCode(validate: () => URLSearchParams): string {
  try {
    // Exactly one, and with a value (RFC 6749 section 3.1).
    const [code = '', another] = validate().getAll('code');
    if (code !== '' && another === undefined) return code;
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw judgeSignInRefusal({ error: error.error, error_description: error.error_description });
    }
    if (!(error instanceof oauth.OperationProcessingError) && !(error instanceof oauth.UnsupportedOperationError))
      throw error;
  }
  throw new ServiceError('invalid_request', 'This response does not belong to the sign-in that began here (state).', {
    hint: 'Sign in again at /api/auth/sign-in, in the same browser.',
  });
}
