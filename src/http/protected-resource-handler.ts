import type { Config } from '../config/config.ts';
import { ServiceError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { respondJson } from './respond.ts';

/** `/.well-known/oauth-protected-resource`: where a caller gets a token for this API (RFC 9728). Open to anyone. */
export function createProtectedResourceHandler({ callers, cloud }: Config): Handler {
  return ({ http }) => {
    const [resource] = callers.audiences;
    if (!callers.modes.includes('entra') || callers.tenantId === undefined || resource === undefined) {
      throw new ServiceError('invalid_request', 'This function app takes no bearer tokens.', {
        hint: 'It is guarded as CALLER_AUTH says; with CALLER_AUTH=entra this document names its issuer.',
      });
    }
    return respondJson({
      resource: new URL('/api', http.url).href,
      authorization_servers: [`${cloud.authority}/${callers.tenantId}/v2.0`],
      scopes_supported: [scopeOf(resource)],
      bearer_methods_supported: ['header'],
    });
  };
}

/** What a caller asks Entra for: every permission of this API that was granted beforehand. */
function scopeOf(audience: string): string {
  return audience.includes('://') ? `${audience}/.default` : `api://${audience}/.default`;
}
