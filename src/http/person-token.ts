import type { Cookie, HttpRequest } from '@azure/functions';
import type { AuditRecord } from '../audit.ts';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import { UnauthorizedError } from '../errors.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import type { ServedToken, TokenCache } from '../tokens/token-cache.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import { nameOf, type SignInCookies } from './sign-in-cookies.ts';

export interface PersonTokenDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly cookies: SignInCookies;
  readonly tokens: TokenCache;
}

/**
 * The token of the person whose session is in the request, and the cookies of the answer.
 *
 * Throws `unauthorized` without the session, or without the header that a page of another origin cannot send.
 */
export async function getPersonToken(
  {
    http,
    audit,
    signIn,
    minTtlSeconds = 0,
  }: { http: HttpRequest; audit: AuditRecord; signIn: SignIn; minTtlSeconds?: number },
  { clock, gate, cookies, tokens }: PersonTokenDependencies,
): Promise<{ served: ServedToken; endpoint: TokenEndpoint; cookies: Cookie[] }> {
  if (!http.headers.has('x-requested-with')) {
    throw refuse(
      'The header X-Requested-With is missing.',
      'Send the header with any value, for example X-Requested-With: fetch. A page of another origin cannot send it.',
      'no X-Requested-With',
    );
  }
  const session = await cookies.readSession(http, signIn.profile);
  if (session === undefined) {
    throw refuse(
      'This browser is not signed in, or the sign-in has expired.',
      'Send the browser to /api/auth/sign-in.',
      'no session',
    );
  }
  audit.profile = signIn.profile;
  audit.caller = nameOf(session);
  gate.limit(audit.caller);
  const endpoint = signIn.endpointFor(session);
  const served = await tokens.get(endpoint, minTtlSeconds);
  audit.token = describeForAudit(served.token, clock.now());
  audit.cache = served.cache;
  const renewed = signIn.renew(session, served);
  return { served, endpoint, cookies: renewed === undefined ? [] : await cookies.writeSession(http, renewed) };
}

function refuse(detail: string, hint: string, reason: string): UnauthorizedError {
  return new UnauthorizedError(detail, { hint, reason });
}
