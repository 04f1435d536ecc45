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
 * Throws `interaction_required` if the code is no longer valid, `issuer_rejected` if the answer lacks what was requested.
 */
export async function redeemCode(
  requester: TokenRequester,
  redemption: Redemption,
  budget: Budget,
): Promise<SignedInPerson> {
  const { code, redirectUri, codeVerifier, nonce } = redemption;
  const { issued, idToken } = await requester.request(
    {
      grantType: 'authorization_code',
      parameters: { code, redirect_uri: redirectUri, code_verifier: codeVerifier },
    },
    budget,
  );
  // Issuer and audience of the ID token were checked with the answer. Its signature is not, since it came from the issuer
  // itself over TLS (OpenID Connect Core section 3.1.3.7).
  const claims = idToken === undefined ? undefined : peekClaims(idToken);
  const tenantId = claims?.['tid'];
  const objectId = claims?.['oid'];
  if (typeof tenantId !== 'string' || typeof objectId !== 'string' || issued.refreshToken === undefined) {
    throw new UpstreamError(
      'issuer_rejected',
      'Entra returned no ID token that names the person, or no refresh token.',
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
  return { tenantId, objectId, refreshToken: issued.refreshToken };
}

/**
 * The refresh token grant type (RFC 6749 section 6) of one signed-in person. The cache key contains the person and their
 * sign-in: after another sign-in the person must get a new token, and not the refresh token of the sign-in before.
 */
export function createRefreshTokenEndpoint(
  requester: TokenRequester,
  person: SignedInPerson & { readonly id: string },
): TokenEndpoint {
  const { id, tenantId, objectId, refreshToken } = person;
  return {
    cacheKey: JSON.stringify([requester.name, tenantId, objectId, id]),
    person: `${tenantId}/${objectId}`,
    async requestToken(budget) {
      const parameters = { refresh_token: refreshToken };
      return (await requester.request({ grantType: 'refresh_token', parameters }, budget)).issued;
    },
  };
}
