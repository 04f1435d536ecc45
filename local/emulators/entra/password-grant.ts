import { checkPassword } from './check-person.ts';
import { authenticateClient } from './client-authentication.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { grantScopes, readRequestedResource, requireMember } from './requested-resource.ts';

/** grant_type=password: a master user (RFC 6749 section 4.3). It cannot do MFA, so MFA ends it. */
export async function grantPassword(service: EntraService, request: TokenRequest): Promise<Granted> {
  const registration = await authenticateClient(service, request);
  const requested = readRequestedResource(service, request);
  const { form, tenantId } = request;
  const user = checkPassword(service, tenantId, {
    upn: requireMember(form, 'username'),
    password: requireMember(form, 'password'),
  });
  if (user.state === 'mfa') {
    throw new EntraRefusal(50076, `You must use multi-factor authentication to access '${requested.resource}'.`, {
      suberror: 'basic_action',
    });
  }
  const scopes = grantScopes(registration, requested);
  return { registration, user, resource: requested.resource, scopes, openIdScopes: requested.openIdScopes };
}
