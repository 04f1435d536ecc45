import type { AccessToken } from '../../tokens/access-token.ts';
import { peekClaims } from '../../tokens/access-token.ts';
import { InteractionRequiredError, UpstreamError } from '../../errors.ts';
import type { Budget } from '../../upstream/budget.ts';
import type { TokenEndpoint } from '../../tokens/token-endpoint.ts';
import type { TokenRequester } from '../token-requester.ts';

const LEEWAY_SECONDS = 60;

/** A person whose authorization code was redeemed. */
export interface SignedInPerson {
  readonly tenantId: string;
  readonly objectId: string;
  readonly refreshToken: string;
}

export interface Redemption {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

/**
 * Redeems an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
 *
 * Throws `interaction_required` where the code is no longer good, `issuer_rejected` where the answer lacks what was asked for.
 */
export async function redeemCode(
  requester: TokenRequester,
  redemption: Redemption,
  budget: Budget,
): Promise<SignedInPerson> {
  const { code, redirectUri, codeVerifier, nonce } = redemption;
  const { issued, idToken, refreshToken } = await requester.request(
    {
      grantType: 'authorization_code',
      parameters: { code, redirect_uri: redirectUri, code_verifier: codeVerifier },
    },
    budget,
  );
  // Issuer and audience of the ID token were checked with the answer; its signature need not be, since it came straight from the
  // issuer over TLS (OpenID Connect Core section 3.1.3.7).
  const claims = idToken === undefined ? undefined : peekClaims(idToken);
  const tenantId = claims?.['tid'];
  const objectId = claims?.['oid'];
  if (typeof tenantId !== 'string' || typeof objectId !== 'string' || refreshToken === undefined) {
    throw new UpstreamError(
      'issuer_rejected',
      'Entra gave no ID token that names the person, or no refresh token.',
      { service: 'issuer', status: 200 },
      { hint: 'The scope of the profile must contain openid and offline_access; without "scope" it does.' },
    );
  }
  const hasExpired = (claims?.exp ?? 0) + LEEWAY_SECONDS <= issued.token.requestedAt.wallMs / 1000;
  if (claims?.['nonce'] !== nonce || hasExpired) {
    throw new InteractionRequiredError(
      `The ID token ${hasExpired ? 'has expired (exp)' : 'belongs to another sign-in (nonce)'}.`,
      { service: 'issuer' },
      {
        hint: 'Begin again at /api/auth/sign-in.',
      },
    );
  }
  return { tenantId, objectId, refreshToken };
}

/** Refresh tokens that came with an access token: the cookie of whoever is given that token must carry them from then on. */
export type RenewedRefreshTokens = WeakMap<AccessToken, string>;

/**
 * The refresh token grant (RFC 6749 section 6) of one signed-in person; cached under the person and their sign-in: whoever has
 * signed in again did so for a token that shows it, and must not get the refresh token of the earlier sign-in back.
 */
export function createRefreshTokenEndpoint(
  requester: TokenRequester,
  person: SignedInPerson & { readonly id: string },
  renewed: RenewedRefreshTokens,
): TokenEndpoint {
  const { id, tenantId, objectId, refreshToken } = person;
  return {
    cacheKey: JSON.stringify([requester.name, tenantId, objectId, id]),
    async requestToken(budget) {
      const { issued, refreshToken: next } = await requester.request(
        { grantType: 'refresh_token', parameters: { refresh_token: refreshToken } },
        budget,
      );
      if (next !== undefined) renewed.set(issued.token, next);
      return issued;
    },
  };
}
