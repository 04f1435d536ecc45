import type { CallerMode } from '../config/caller-settings.ts';
import { UnauthorizedError } from '../errors.ts';
import type { Caller, IdentifiedCaller } from './caller.ts';

export interface Verifiers {
  /** Where a person gets a token for this API: told to whoever came without one. */
  readonly authorizationUri: string;
  readonly bearer: (token: string) => Promise<IdentifiedCaller>;
  readonly easyAuth: (principal: string) => IdentifiedCaller;
}

/**
 * Finds out who calls, in one of the ways that CALLER_AUTH allows. A credential that was shown and does not verify is refused:
 * there is no falling back to another way.
 *
 * Throws `unauthorized`, or what the verifier throws.
 */
export async function authenticate(
  headers: Headers,
  modes: readonly CallerMode[],
  verifiers: Verifiers,
): Promise<Caller> {
  if (modes.includes('none')) return { kind: 'nameless', id: 'anonymous' };
  // The platform has checked the key before this program runs; which one it was it does not tell.
  if (modes.includes('key')) return { kind: 'nameless', id: 'key' };
  const authorization = headers.get('authorization');
  if (modes.includes('entra') && authorization !== null) {
    return verifiers.bearer(readBearerToken(authorization, verifiers.authorizationUri));
  }
  const principal = headers.get('x-ms-client-principal');
  if (modes.includes('easyauth') && principal !== null) return verifiers.easyAuth(principal);
  throw new UnauthorizedError('The request carries no caller credential.', {
    reason: 'none',
    takesBearer: modes.includes('entra'),
    authorizationUri: modes.includes('entra') ? verifiers.authorizationUri : undefined,
    hint: modes.includes('entra')
      ? 'Send an Entra access token for this API: Authorization: Bearer ...'
      : 'Sign in through App Service Authentication: /.auth/login/aad.',
  });
}

/**
 * RFC 6750 section 2.1; the scheme's name is case-insensitive (RFC 9110 section 11.1). A caller of another scheme, or with nothing
 * behind `Bearer`, asks how to authenticate, and is told no error (section 3.1): Power Query asks like that.
 */
function readBearerToken(authorization: string, authorizationUri: string): string {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new UnauthorizedError('The Authorization header carries no bearer token.', {
    ...(/^Bearer +\S/i.test(authorization) ? { challenge: 'invalid_token' } : {}),
    reason: 'form',
    takesBearer: true,
    authorizationUri,
    hint: 'Authorization: Bearer ACCESS_TOKEN',
  });
}
