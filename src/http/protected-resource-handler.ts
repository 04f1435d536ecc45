import type { Config } from '../config/config.ts';
import { ServiceError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { addressOf } from './public-address.ts';
import { respondJson } from './respond.ts';

/** `/.well-known/oauth-protected-resource`: where a caller gets a token for this API (RFC 9728). Open to anyone. */
export function createProtectedResourceHandler({ callers, cloud, publicAddress }: Config): Handler {
  return ({ http }) => {
    const [resource] = callers.audiences;
    if (!callers.modes.includes('entra') || callers.tenantId === undefined || resource === undefined) {
      throw new ServiceError('invalid_request', 'This function app does not accept bearer tokens.', {
        hint: 'CALLER_AUTH says how it is guarded. With CALLER_AUTH=entra this document names the issuer.',
      });
    }
    return respondJson({
      resource: addressOf(http.url, publicAddress),
      authorization_servers: [`${cloud.authority}/${callers.tenantId}/v2.0`],
      scopes_supported: [scopeOf(resource)],
      bearer_methods_supported: ['header'],
    });
  };
}

/** The scope that a caller requests from Entra: every permission of this API that was granted beforehand. */
function scopeOf(audience: string): string {
  return audience.includes('://') ? `${audience}/.default` : `api://${audience}/.default`;
}
