import { checkAccount } from './check-person.ts';
import { authenticateClient } from './client-authentication.ts';
import type { Registration, User } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { grantScopes, readRequestedResource, requireMember } from './requested-resource.ts';

/** The caller's token for this client becomes the same person's token for another resource. */
export async function grantOnBehalfOf(service: EntraService, request: TokenRequest): Promise<Granted> {
  const registration = await authenticateClient(service, request);
  const requested = readRequestedResource(service, request);
  if (requireMember(request.form, 'requested_token_use') !== 'on_behalf_of') {
    throw new EntraRefusal(70000, "The value of 'requested_token_use' is not supported.");
  }
  const assertion = requireMember(request.form, 'assertion');
  const user = await findPersonBehind(service, { tenantId: request.tenantId, registration, assertion });
  if (service.interactionRequiredFor.has(user.oid)) throw interactionRequired(requested.resource);
  const scopes = grantScopes(registration, requested);
  return { registration, user, resource: requested.resource, scopes, openIdScopes: requested.openIdScopes };
}

async function findPersonBehind(
  service: EntraService,
  { tenantId, registration, assertion }: { tenantId: string; registration: Registration; assertion: string },
): Promise<User> {
  const { clientId, identifierUri } = registration;
  const inspection = await service.signingKey.inspect(assertion, [clientId, identifierUri]);
  if (!inspection.valid) throw toRefusal(inspection.reason);
  const { oid, scp, tid } = inspection.claims;
  if (scp === undefined) {
    throw new EntraRefusal(7000114, `Application '${clientId}' is not allowed to make application on-behalf-of calls.`);
  }
  const user = service.directory.findUser(tenantId, (one) => one.oid === oid && tid === tenantId);
  if (user === undefined) throw new EntraRefusal(50034, `The user account ${String(oid)} does not exist.`);
  checkAccount(user);
  return user;
}

function toRefusal(reason: 'malformed' | 'signature' | 'audience' | 'expired' | 'not-yet-valid'): EntraRefusal {
  switch (reason) {
    case 'audience':
      return new EntraRefusal(
        500131,
        'Assertion audience does not match the Client app presenting the assertion. ' +
          'The audience in the assertion must be the app that requests the token.',
      );
    case 'expired':
    case 'not-yet-valid':
      return new EntraRefusal(500133, 'Assertion is not within its valid time range.');
    case 'signature':
    case 'malformed':
      return new EntraRefusal(50013, 'Assertion failed signature validation.');
  }
}

function interactionRequired(resource: string): EntraRefusal {
  return new EntraRefusal(50076, `You must use multi-factor authentication to access '${resource}'.`, {
    error: 'interaction_required',
    suberror: 'basic_action',
    claims: '{"access_token":{"capolids":{"essential":true,"values":["a3f0b1c2-8d5e-4f67-9a10-b2c3d4e5f607"]}}}',
  });
}
