import { authenticateClient, checkOrigin } from './client-authentication.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { regrant } from './regrant.ts';
import { requireMember } from './requested-resource.ts';

/** grant_type=refresh_token: every answer has a new one, for 90 days; that of a page expires a day after the sign-in. */
export async function grantRefreshToken(service: EntraService, request: TokenRequest): Promise<Granted> {
  const registration = await authenticateClient(service, request);
  const token = service.grants.findRefreshToken(requireMember(request.form, 'refresh_token'));
  const isForeign =
    token?.tenantId !== request.tenantId || token.granted.registration.clientId !== registration.clientId;
  if (isForeign || (token.isUsed && service.controls.singleUseRefreshTokens)) {
    throw new EntraRefusal(70000, 'Provided grant is invalid or malformed.');
  }
  checkOrigin(token.granted, request);
  if (token.isRevoked) {
    throw new EntraRefusal(50173, 'The provided grant has expired due to it being revoked, a fresh one is needed.');
  }
  if (token.expiresAtMs <= service.nowMs()) {
    throw token.granted.refreshUntilMs === undefined
      ? new EntraRefusal(700082, 'The refresh token has expired due to inactivity.')
      : new EntraRefusal(
          700084,
          'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of ' +
            "1.00:00:00, which can't be extended.",
        );
  }
  const granted = regrant(service, request, token.granted);
  token.isUsed = true;
  return granted;
}
