import type { AppIdentity } from '../../identity/app-identity.ts';
import { authenticateByAssertion } from './client-assertion.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';

/**
 * Authenticates without a secret: a user-assigned managed identity is the app registration's federated credential, and its
 * token for the exchange audience is the assertion.
 */
export function createFederatedAuthenticator(
  { clientId, audience }: { readonly clientId: string; readonly audience: string },
  identity: AppIdentity,
): ClientAuthenticator {
  return {
    name: `managed-identity:${clientId}:${audience}`,
    version: () => undefined,
    async authenticate({ budget }, attempt) {
      const token = await identity.getToken(`${audience}/.default`, budget);
      return attempt(authenticateByAssertion(() => Promise.resolve(token.value)));
    },
  };
}
