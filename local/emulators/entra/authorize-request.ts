import type { Registration } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { parseScope } from './requested-resource.ts';
import type { RequestedResource } from './requested-resource.ts';

export interface AuthorizeRequest {
  readonly tenantId: string;
  readonly registration: Registration;
  readonly redirectUri: string;
  readonly requested: RequestedResource;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly state: string | undefined;
  readonly loginHint: string;
  readonly isSilent: boolean;
}

/** Faults of client or address are shown on a page; the rest goes back to the app, whose address is then proven. */
export type ReadAuthorizeRequest =
  | { readonly kind: 'request'; readonly authorizeRequest: AuthorizeRequest }
  | { readonly kind: 'page'; readonly message: string }
  | {
      readonly kind: 'redirect';
      readonly redirectUri: string;
      readonly parameters: Readonly<Record<string, string | undefined>>;
    };

export function readAuthorizeRequest(
  service: EntraService,
  query: URLSearchParams,
  tenantId: string,
): ReadAuthorizeRequest {
  const clientId = query.get('client_id') ?? '';
  const registration = service.directory.findRegistration(tenantId, clientId);
  if (registration === undefined) {
    return {
      kind: 'page',
      message: `AADSTS700016: Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`,
    };
  }
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!registration.redirectUris.some((registered) => isSameRedirectUri(registered, redirectUri))) {
    return {
      kind: 'page',
      message:
        `AADSTS50011: The redirect URI '${redirectUri}' specified in the request does not match ` +
        `the redirect URIs configured for the application '${clientId}'.`,
    };
  }
  const state = query.get('state') ?? undefined;
  try {
    const requested = readScope(service, query, tenantId);
    const codeChallenge = readCodeChallenge(query, registration);
    const nonce = query.get('nonce') ?? undefined;
    const loginHint = query.get('login_hint') ?? '';
    const isSilent = query.get('prompt') === 'none';
    return {
      kind: 'request',
      authorizeRequest: {
        tenantId,
        registration,
        redirectUri,
        requested,
        codeChallenge,
        nonce,
        state,
        loginHint,
        isSilent,
      },
    };
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    const description = `AADSTS${error.code}: ${error.message}`;
    return {
      kind: 'redirect',
      redirectUri,
      parameters: { error: error.oauthError, error_description: description, state },
    };
  }
}

/** Exact, but for the port of plain-HTTP localhost, which Entra does not look at (RFC 8252 section 7.3). */
function isSameRedirectUri(registered: string, asked: string): boolean {
  return registered === asked || (asked !== '' && withoutLocalPort(registered) === withoutLocalPort(asked));
}

function withoutLocalPort(uri: string): string {
  return uri.replace(/^(http:\/\/localhost)(:\d+)?(?=\/|$)/, '$1');
}

function readScope(service: EntraService, query: URLSearchParams, tenantId: string): RequestedResource {
  if (query.get('response_type') !== 'code') {
    throw new EntraRefusal(700054, "response_type must be 'code': no other is enabled for the application.");
  }
  if ((query.get('response_mode') ?? 'query') !== 'query') {
    throw new EntraRefusal(70000, "response_mode must be 'query'.");
  }
  const scope = query.get('scope') ?? '';
  if (scope === '') throw new EntraRefusal(900144, "The request must contain the following parameter: 'scope'.");
  const requested = parseScope(scope);
  if (!service.directory.isKnownResource(tenantId, requested.resource)) {
    throw new EntraRefusal(500011, `The resource principal named ${requested.resource} was not found in the tenant.`);
  }
  return requested;
}

/** `plain` proves nothing to whoever reads the address, so S256 alone is taken; public clients must use it. */
function readCodeChallenge(query: URLSearchParams, { isPublicClient }: Registration): string | undefined {
  const codeChallenge = query.get('code_challenge') ?? undefined;
  if (codeChallenge === undefined && !isPublicClient) return undefined;
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(codeChallenge ?? '')) {
    throw new EntraRefusal(501491, 'The code_challenge is missing or is not of the method S256.');
  }
  return codeChallenge;
}
