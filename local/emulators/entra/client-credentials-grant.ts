import { authenticateClient } from './client-authentication.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { readRequestedResource } from './requested-resource.ts';

/** grant_type=client_credentials: the app for itself (RFC 6749 section 4.4). */
export async function grantClientCredentials(service: EntraService, request: TokenRequest): Promise<Granted> {
  const registration = await authenticateClient(service, request);
  const { resource, names } = readRequestedResource(service, request);
  if (names.length !== 1 || names[0] !== '.default') {
    throw new EntraRefusal(
      1002012,
      `The provided value for scope ${request.form.get('scope') ?? ''} is not valid. ` +
        'Client credential flows must have a scope value with /.default suffixed to the resource identifier.',
    );
  }
  return { registration, user: undefined, resource, scopes: [], openIdScopes: [] };
}
