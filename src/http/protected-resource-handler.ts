import type { CallerSettings } from '../config/caller-settings.ts';
import type { Cloud } from '../config/clouds.ts';
import type { Config } from '../config/config.ts';
import { ServiceError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { addressOf } from './public-address.ts';
import { respondJson } from './respond.ts';

/** `/.well-known/oauth-protected-resource`: where a caller gets a token for this API (RFC 9728). Open to anyone. */
export function createProtectedResourceHandler({ callers, cloud, publicAddress }: Config): Handler {
  const issuing = describeIssuer(callers, cloud);
  return ({ http }) => {
    if (issuing === undefined) {
      throw new ServiceError('invalid_request', 'This function app does not accept bearer tokens.', {
        hint: 'CALLER_AUTH sets which credentials it accepts. With entra or oidc this document names the issuer.',
      });
    }
    return respondJson({
      resource: addressOf(http.url, publicAddress),
      ...issuing,
      bearer_methods_supported: ['header'],
    });
  };
}

/** The authorization server, and the scopes if it is Entra. Undefined if no bearer token is accepted. */
function describeIssuer(
  { modes, issuer, tenantId, audiences }: CallerSettings,
  { authority }: Cloud,
): Readonly<Record<string, readonly string[]>> | undefined {
  const [audience] = audiences;
  if (modes.includes('oidc') && issuer !== undefined) return { authorization_servers: [issuer] };
  if (!modes.includes('entra') || tenantId === undefined || audience === undefined) return undefined;
  return { authorization_servers: [`${authority}/${tenantId}/v2.0`], scopes_supported: [scopeOf(audience)] };
}

/** The scope that a caller requests from Entra: every permission of this API that was granted before. */
function scopeOf(audience: string): string {
  return audience.includes('://') ? `${audience}/.default` : `api://${audience}/.default`;
}
