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
  /** Where to send the browser, and what must still be known when it comes back. */
  begin(wish: SignInRequest): Promise<{ location: string; transaction: Transaction }>;
  /**
   * The code that came back, against what was begun. Throws `invalid_request` where they do not belong together,
   * `interaction_required` where Entra or the person said no.
   */
  readCode(answer: URLSearchParams, transaction: Transaction): string;
  /** Has Entra turn the code into a session. Throws what `redeemCode` throws. */
  redeem(code: string, transaction: Transaction): Promise<Session>;
  /** Whom this person's tokens are asked of. */
  endpointFor(session: Session): TokenEndpoint;
  /** The session as its cookie must be from now on, where the token brought a newer refresh token than it has. */
  renew(session: Session, served: ServedToken): Session | undefined;
}

export interface SignInRequest {
  readonly returnTo: string | undefined;
  /** The claims challenge of an `interaction_required` that the person is to meet. */
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
      // The cookie may have been at another instance since, whose refresh token is newer than the one that is held here.
      if (refreshToken === undefined || renewedAtMs <= session.renewedAtMs) return undefined;
      return { ...session, refreshToken, renewedAtMs };
    },
  };
}

/** Entra's authorization endpoint stands beside its token endpoint. */
function authorizationEndpoint({ issuer }: IssuerProfile): string {
  if (issuer.kind === 'discovered') throw new Error('Sign-in is for Entra alone; the configuration sees to that.');
  return issuer.tokenEndpoint.replace(/\/token$/, '/authorize');
}

function readCode(validate: () => URLSearchParams): string {
  try {
    // Once, and with a value (RFC 6749 section 3.1).
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
