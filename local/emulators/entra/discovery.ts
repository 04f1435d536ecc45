import type { Answer } from '../emulator.ts';
import type { EntraService } from './entra-service.ts';

/** GET /{tenant}/v2.0/.well-known/openid-configuration */
export function openIdConfiguration(service: EntraService, tenantId: string): Answer {
  const url = `${service.url()}/${tenantId}`;
  return {
    status: 200,
    body: {
      issuer: `${url}/v2.0`,
      authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
      token_endpoint: `${url}/oauth2/v2.0/token`,
      end_session_endpoint: `${url}/oauth2/v2.0/logout`,
      jwks_uri: `${url}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      response_modes_supported: ['query', 'fragment'],
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'oid', 'tid', 'name', 'nonce', 'preferred_username'],
    },
  };
}

/** GET /{tenant}/discovery/v2.0/keys */
export function signingKeys(service: EntraService): Answer {
  return { status: 200, body: { keys: [service.signingKey.publicJwk] } };
}

/** GET /common/discovery/instance: MSAL asks it whether an authority can be trusted. */
export function instanceDiscovery(service: EntraService, query: URLSearchParams): Answer {
  const { host } = new URL(service.url());
  const asked = query.get('authorization_endpoint') ?? '';
  if (!URL.canParse(asked) || new URL(asked).host !== host) {
    return {
      status: 400,
      body: { error: 'invalid_instance', error_description: 'AADSTS50049: Unknown or invalid instance.' },
    };
  }
  const [, tenant = 'common'] = new URL(asked).pathname.split('/');
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${service.url()}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}
