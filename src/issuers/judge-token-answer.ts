import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { createAccessToken, peekClaims, type AccessToken } from '../tokens/access-token.ts';
import { UpstreamError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { judgeTokenRefusal } from './judge-token-refusal.ts';
import type { TokenAnswer, TokenRequest } from './token-request.ts';

/** What a token endpoint gave. */
export interface TokenGrant {
  readonly accessToken: AccessToken;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

const MAX_LIFETIME_SECONDS = 86_400;
const ASSUMED_LIFETIME_SECONDS = 300;
/** The library would judge an ID token's times by the machine's own clock; whoever reads the ID token judges them by ours. */
const ANY_TIME_SECONDS = 1e9;

const JSON_OBJECT = v.record(v.string(), v.unknown());

/**
 * Reads a token endpoint's answer (RFC 6749 sections 5.1 and 5.2).
 *
 * Throws `secret_rejected`, `secret_expired` or `issuer_rejected` for a refusal and for an answer that breaks the protocol, and
 * `upstream_unavailable` for throttling, a fault of the issuer's, or an answer that does not parse.
 */
export async function judgeTokenAnswer(answer: TokenAnswer, request: TokenRequest): Promise<TokenGrant> {
  const { status } = answer;
  const body = parseObject(answer.text);
  if (status !== 200) throw judgeTokenRefusal(answer, { body, isForPerson: request.isForPerson });
  if (body === undefined) throw unavailable('gave an answer that does not parse', { service: 'issuer', status });
  const { expires_in, refresh_in, id_token, ...protocol } = body;
  // Who signed in is read when they do. Entra sends an ID token with every refresh too: nobody reads that one, so nothing that is
  // wrong with it may keep a good access token from its owner.
  const isSignIn = request.grantType === 'authorization_code' && id_token !== undefined;
  const response = await processResponse({ ...protocol, ...(isSignIn ? { id_token } : {}) }, request);
  const lifetimeSeconds = readLifetimeSeconds(expires_in, response.access_token, answer.sentAt.wallMs / 1000);
  const refreshInSeconds = readNumber(refresh_in);
  return {
    accessToken: createAccessToken({
      value: response.access_token,
      scope: request.scope,
      requestedAt: answer.sentAt,
      lifetimeMs: lifetimeSeconds * 1000,
      refreshAfterMs: refreshInSeconds !== undefined && refreshInSeconds > 0 ? refreshInSeconds * 1000 : undefined,
    }),
    refreshToken: response.refresh_token,
    idToken: response.id_token,
  };
}

/** The library checks what the protocol asks of every answer; lifetimes are ours, since issuers stretch the rules there. */
async function processResponse(
  body: Record<string, unknown>,
  request: TokenRequest,
): Promise<oauth.TokenEndpointResponse> {
  try {
    const response = await oauth.processGenericTokenEndpointResponse(
      { issuer: request.issuer },
      { client_id: request.clientId, [oauth.clockTolerance]: ANY_TIME_SECONDS },
      Response.json(body),
    );
    // The library takes DPoP too, which nobody asked for and no caller could use.
    if (response.token_type !== 'bearer') throw new Error('token_type is not bearer');
    return response;
  } catch (cause) {
    throw protocolBreach('an answer that is no token response (RFC 6749 section 5.1)', cause);
  }
}

/**
 * Whole seconds from the moment of asking. Without a usable `expires_in` the token's own `exp` counts, else five minutes;
 * nothing is believed to live for more than a day.
 */
function readLifetimeSeconds(expiresIn: unknown, token: string, sentAtSeconds: number): number {
  const exp = peekClaims(token)?.exp;
  const seconds = Math.floor(
    readNumber(expiresIn) ?? (typeof exp === 'number' ? exp - sentAtSeconds : ASSUMED_LIFETIME_SECONDS),
  );
  if (seconds <= 0) throw protocolBreach('a token that has already expired (expires_in is zero or negative)');
  return Math.min(MAX_LIFETIME_SECONDS, seconds);
}

/** Entra's v1 endpoint writes its numbers as strings. */
function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const parsed = v.safeParse(JSON_OBJECT, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

function protocolBreach(what: string, cause?: unknown): UpstreamError {
  return new UpstreamError(
    'issuer_rejected',
    `The token issuer gave ${what}.`,
    { service: 'issuer', status: 200 },
    {
      hint: 'Check that the token endpoint of the profile is that of an OAuth 2.0 issuer; the fault is on its side.',
      cause,
    },
  );
}
