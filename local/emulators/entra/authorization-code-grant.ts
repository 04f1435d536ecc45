import { createHash } from 'node:crypto';
import { authenticateClient, checkOrigin } from './client-authentication.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import type { AuthorizationCode } from './grant-store.ts';
import { regrant } from './regrant.ts';
import { requireMember } from './requested-resource.ts';

/** grant_type=authorization_code with PKCE (RFC 6749 section 4.1, RFC 7636): a code can be redeemed once, within ten minutes. */
export async function grantAuthorizationCode(service: EntraService, request: TokenRequest): Promise<Granted> {
  const registration = await authenticateClient(service, request);
  const { form, tenantId } = request;
  const code = service.grants.findCode(requireMember(form, 'code'));
  const redirectUri = requireMember(form, 'redirect_uri');
  if (code?.tenantId !== tenantId || code.granted.registration.clientId !== registration.clientId) {
    throw new EntraRefusal(70000, 'Provided grant is invalid or malformed.');
  }
  checkOrigin(code.granted, request);
  if (code.isRedeemed) {
    throw new EntraRefusal(54005, 'OAuth2 Authorization code was already redeemed.');
  }
  if (code.expiresAtMs <= service.nowMs()) {
    throw new EntraRefusal(70008, 'The provided authorization code or refresh token has expired.');
  }
  if (redirectUri !== code.redirectUri) {
    throw new EntraRefusal(
      500112,
      `The reply address '${redirectUri}' does not match the reply address '${code.redirectUri}' ` +
        'provided when requesting Authorization code.',
    );
  }
  checkVerifier(code, form.get('code_verifier'));
  const granted = regrant(service, request, code.granted);
  code.isRedeemed = true;
  return granted;
}

/** A verifier without a challenge is also refused: an attacker may have removed the challenge (RFC 9700 section 2.1.1). */
function checkVerifier({ codeChallenge }: AuthorizationCode, verifier: string | null): void {
  const challenge = verifier === null ? undefined : createHash('sha256').update(verifier).digest('base64url');
  if (challenge === codeChallenge) return;
  throw new EntraRefusal(
    501481,
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  );
}
