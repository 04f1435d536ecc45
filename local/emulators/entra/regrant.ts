import { checkAccount } from './check-person.ts';
import type { User } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { grantScopes, readRequestedResource } from './requested-resource.ts';

/**
 * The grant that a code or refresh token gives now: with the person's current data, and with the scopes of this request or, if
 * it has none, of the first request.
 */
export function regrant(service: EntraService, request: TokenRequest, earlier: Granted): Granted {
  const user = findToday(service, request.tenantId, earlier.user);
  if (!request.form.has('scope') && !request.form.has('resource')) return { ...earlier, user };
  const requested = readRequestedResource(service, request);
  return {
    ...earlier,
    user,
    resource: requested.resource,
    scopes: grantScopes(earlier.registration, requested),
  };
}

function findToday(service: EntraService, tenantId: string, earlier: User | undefined): User {
  const user = service.directory.findUser(tenantId, (one) => one.oid === earlier?.oid);
  if (user === undefined) throw new EntraRefusal(50034, 'The user account does not exist any more.');
  checkAccount(user);
  return user;
}
