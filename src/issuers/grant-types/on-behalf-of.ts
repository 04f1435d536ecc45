import type { TokenEndpoint } from '../../tokens/token-endpoint.ts';
import { digest } from '../digest.ts';
import type { TokenRequester } from '../token-requester.ts';

/** A person who called with an Entra token for this API, verified. */
export interface Person {
  readonly tenantId: string;
  readonly objectId: string;
  /** The verified token: it is exchanged, and never stored. */
  readonly assertion: string;
}

/**
 * Entra's on-behalf-of flow (RFC 7523 section 2.1): the person's own Power BI token. The cache key contains the assertion,
 * not only the person: Entra may accept one assertion (after MFA, before revocation) and not another.
 */
export function createOnBehalfOfEndpoint(requester: TokenRequester, person: Person): TokenEndpoint {
  const { tenantId, objectId, assertion } = person;
  return {
    cacheKey: JSON.stringify([requester.name, tenantId, objectId, digest(assertion)]),
    person: `${tenantId}/${objectId}`,
    async requestToken(budget) {
      const { issued } = await requester.request(
        {
          grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          parameters: { assertion, requested_token_use: 'on_behalf_of' },
        },
        budget,
      );
      return issued;
    },
  };
}
