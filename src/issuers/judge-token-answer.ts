import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { createAccessToken, peekClaims, type AccessToken } from '../tokens/access-token.ts';
import { UpstreamError } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';
import { judgeStatus } from '../upstream/judge-status.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { judgeTokenRefusal } from './judge-token-refusal.ts';
import type { TokenAnswer, TokenRequest } from './token-request.ts';

/** What a token endpoint returned. */
export interface TokenGrant {
  readonly accessToken: AccessToken;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

const MAX_LIFETIME_SECONDS = 86_400;
const ASSUMED_LIFETIME_SECONDS = 300;
/** Makes the library accept any time: it would use the machine's clock. The sign-in checks the times with our clock. */
const ANY_TIME_SECONDS = 1e9;

const JSON_OBJECT = v.record(v.string(), v.unknown());

/**
 * Reads a token endpoint's answer (RFC 6749 sections 5.1 and 5.2): only the members that are needed. Null and empty count as
 * absent, so that a wrong member of no importance does not make the app reject the token.
 *
 * Throws `secret_rejected`, `secret_expired` or `issuer_rejected` for a refusal and for an answer that breaks the protocol, and
 * `upstream_unavailable` for throttling, an error of the issuer, or a 2xx that is not JSON.
 */
export async function judgeTokenAnswer(answer: TokenAnswer, request: TokenRequest): Promise<TokenGrant> {
  const { status } = answer;
  const json = parseJson(answer.text);
  const parsed = v.safeParse(JSON_OBJECT, json);
  const body = parsed.success && !Array.isArray(json) ? parsed.output : undefined;
  if (judgeStatus('issuer', status) !== 'success') throw judgeTokenRefusal(answer, body, request);
  if (json === undefined) throw unavailable('returned an answer that cannot be read', { service: 'issuer', status });
  if (body === undefined) throw breach(status, 'JSON that is not an object');
  const value = readText(body, 'access_token');
  if (value === undefined && readText(body, 'error') !== undefined) throw judgeTokenRefusal(answer, body, request);
  if (value === undefined) throw breach(status, 'a token response without "access_token"');
  if (readText(body, 'token_type')?.toLowerCase() !== 'bearer') {
    throw breach(status, 'a token response whose "token_type" is not Bearer');
  }
  const idToken = request.grantType === 'authorization_code' ? await readIdToken(body, request, status) : undefined;
  const lifetimeSeconds = readLifetimeSeconds(body, value, answer);
  const refreshInSeconds = readNumber(body['refresh_in']) ?? 0;
  return {
    accessToken: createAccessToken({
      value,
      scope: request.scope,
      requestedAt: answer.sentAt,
      lifetimeMs: lifetimeSeconds * 1000,
      refreshAfterMs: refreshInSeconds > 0 ? refreshInSeconds * 1000 : undefined,
    }),
    refreshToken: readText(body, 'refresh_token'),
    idToken,
  };
}

/**
 * The ID token that names the person, if there is one. Checks its issuer, audience and form (OpenID Connect Core section
 * 3.1.3.7). The one that Entra sends with every refresh is not read.
 */
async function readIdToken(
  body: Record<string, unknown>,
  request: TokenRequest,
  status: number,
): Promise<string | undefined> {
  const idToken = readText(body, 'id_token');
  try {
    await oauth.processGenericTokenEndpointResponse(
      { issuer: request.issuer },
      { client_id: request.clientId, [oauth.clockTolerance]: ANY_TIME_SECONDS },
      Response.json({ access_token: 'not read', token_type: 'bearer', id_token: idToken }),
    );
  } catch (error) {
    if (!(error instanceof oauth.OperationProcessingError) && !(error instanceof oauth.UnsupportedOperationError)) {
      throw error;
    }
    // The library's error holds the claims of the person, so it is not kept as the cause.
    const claim = memberOf(error.cause, 'claim');
    throw breach(status, `an "id_token" that does not match${typeof claim === 'string' ? ` (${claim})` : ''}`);
  }
  return idToken;
}

/**
 * Whole seconds from the request on, at most a day. Without a usable `expires_in` the token's own `exp` counts, else five
 * minutes.
 */
function readLifetimeSeconds(body: Record<string, unknown>, token: string, { sentAt, status }: TokenAnswer): number {
  const exp = peekClaims(token)?.exp;
  const seconds = Math.floor(
    readNumber(body['expires_in']) ?? (typeof exp === 'number' ? exp - sentAt.wallMs / 1000 : ASSUMED_LIFETIME_SECONDS),
  );
  if (seconds <= 0) throw breach(status, 'a token that has already expired ("expires_in" is zero or negative)');
  return Math.min(MAX_LIFETIME_SECONDS, seconds);
}

/** Entra's v1 endpoint writes its numbers as strings. */
function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return Number.isFinite(number) ? (number as number) : undefined;
}

function readText(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function breach(status: number, what: string): UpstreamError {
  return new UpstreamError(
    'issuer_rejected',
    `The token issuer returned ${what} (RFC 6749 section 5.1).`,
    { service: 'issuer', status },
    {
      hint: 'Check that the token endpoint of the profile is that of an OAuth 2.0 issuer. If it is, the issuer has a defect.',
    },
  );
}
