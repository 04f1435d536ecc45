import type { CallerMode } from '../config/caller-settings.ts';
import { UnauthorizedError } from '../errors.ts';
import type { Caller, IdentifiedCaller } from './caller.ts';
import type { BearerVerifier } from './verify-bearer.ts';

/** One verifier per kind of credential; undefined if the settings do not allow that kind. */
export interface Verifiers {
  readonly entra?: BearerVerifier;
  readonly oidc?: BearerVerifier;
  readonly easyAuth?: (principal: string) => IdentifiedCaller;
  /** Where a person gets a token for this API; part of the answer to a caller without one. Entra only. */
  readonly authorizationUri?: string;
}

/** The caller of every request if this app checks no credential; undefined if each caller must show one. */
export function namelessCaller(modes: readonly CallerMode[]): Caller | undefined {
  if (modes.includes('none')) return { kind: 'nameless', id: 'anonymous' };
  // The Functions host has checked the key. It does not say which key it was.
  return modes.includes('key') ? { kind: 'nameless', id: 'key' } : undefined;
}

/**
 * Finds out who calls, in one of the ways that CALLER_AUTH allows. A wrong credential is refused, even if the request has
 * another one.
 *
 * Throws `unauthorized`, or what the verifier throws.
 */
export async function authenticate(
  headers: Headers,
  modes: readonly CallerMode[],
  verifiers: Verifiers,
): Promise<IdentifiedCaller> {
  const { authorizationUri } = verifiers;
  const verifyBearer = findBearerVerifier(modes, verifiers);
  const authorization = headers.get('authorization');
  if (verifyBearer !== undefined && authorization !== null) {
    return verifyBearer(readBearerToken(authorization, authorizationUri));
  }
  const principal = headers.get('x-ms-client-principal');
  if (modes.includes('easyauth') && verifiers.easyAuth !== undefined && principal !== null) {
    return verifiers.easyAuth(principal);
  }
  const takesBearer = verifyBearer !== undefined;
  throw new UnauthorizedError('The request has no caller credential.', {
    reason: 'none',
    takesBearer,
    authorizationUri: takesBearer ? authorizationUri : undefined,
    hint: takesBearer
      ? 'Send an access token for this API: Authorization: Bearer ACCESS_TOKEN'
      : 'Sign in through App Service Authentication: /.auth/login/aad.',
  });
}

function findBearerVerifier(modes: readonly CallerMode[], { entra, oidc }: Verifiers): BearerVerifier | undefined {
  if (modes.includes('entra')) return entra;
  return modes.includes('oidc') ? oidc : undefined;
}

/**
 * RFC 6750 section 2.1; the scheme's name is case-insensitive (RFC 9110 section 11.1). A caller with another scheme, or with
 * nothing after `Bearer`, asks how to authenticate and gets no error (section 3.1): Power Query asks like that.
 */
function readBearerToken(authorization: string, authorizationUri: string | undefined): string {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new UnauthorizedError('The Authorization header has no bearer token.', {
    ...(/^Bearer +\S/i.test(authorization) ? { challenge: 'invalid_token' } : {}),
    reason: 'form',
    takesBearer: true,
    authorizationUri,
    hint: 'Send an access token for this API: Authorization: Bearer ACCESS_TOKEN',
  });
}
