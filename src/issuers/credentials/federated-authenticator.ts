import type { AppIdentity } from '../../identity/app-identity.ts';
import type { AccessToken } from '../../tokens/access-token.ts';
import type { Budget } from '../../upstream/budget.ts';
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
  const getAssertion = (budget: Budget): Promise<AccessToken> => identity.getToken(`${audience}/.default`, budget);
  return {
    name: `managed-identity:${clientId}:${audience}`,
    version: () => undefined,
    prepare(budget) {
      getAssertion(budget).catch(() => undefined);
    },
    async authenticate({ budget }, attempt) {
      const token = await getAssertion(budget);
      return attempt(authenticateByAssertion(() => Promise.resolve(token.value)));
    },
  };
}
