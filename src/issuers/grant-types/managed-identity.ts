import type { AppIdentity } from '../../identity/app-identity.ts';
import type { ManagedIdentityProfile } from '../../config/profiles/profile.ts';
import type { TokenEndpoint } from '../../tokens/token-endpoint.ts';

/** The app's own identity requests tokens for itself: Power BI accepts a managed identity as a service principal. */
export function createManagedIdentityEndpoint(
  { clientId, scope }: ManagedIdentityProfile,
  identity: AppIdentity,
): TokenEndpoint {
  return {
    cacheKey: JSON.stringify(['managed_identity', clientId ?? null, scope]),
    async requestToken(budget, refused) {
      const replacement = refused && (await identity.replaceToken(scope, refused, budget));
      return { token: replacement ?? (await identity.getToken(scope, budget)), isSuperseded: () => false };
    },
  };
}
