import type { Registration } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { isSameRedirectUri } from './redirect-uris.ts';
import { parseScope } from './requested-resource.ts';
import type { RequestedResource } from './requested-resource.ts';

const responseModes = ['query', 'fragment'] as const;

export type ResponseMode = (typeof responseModes)[number];

export interface AuthorizeRequest {
  readonly tenantId: string;
  readonly registration: Registration;
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  /** Whether the redirect URI is registered for a single-page application. */
  readonly isForPage: boolean;
  readonly requested: RequestedResource;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly state: string | undefined;
  readonly loginHint: string;
  readonly isSilent: boolean;
  /** Whether the answers must name the account in `client_info`: MSAL requests it. */
  readonly wantsClientInfo: boolean;
}

/** A wrong client or redirect URI is shown on a page; every other error goes to the app's redirect URI. */
export type ReadAuthorizeRequest =
  | { readonly kind: 'request'; readonly authorizeRequest: AuthorizeRequest }
  | { readonly kind: 'page'; readonly message: string }
  | {
      readonly kind: 'redirect';
      readonly redirectUri: string;
      readonly responseMode: ResponseMode;
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
  const isRegistered = (uris: readonly string[]): boolean => uris.some((uri) => isSameRedirectUri(uri, redirectUri));
  const isForPage = isRegistered(registration.spaRedirectUris);
  if (!isForPage && !isRegistered(registration.redirectUris)) {
    return {
      kind: 'page',
      message:
        `AADSTS50011: The redirect URI '${redirectUri}' specified in the request does not match ` +
        `the redirect URIs configured for the application '${clientId}'.`,
    };
  }
  const state = query.get('state') ?? undefined;
  const askedResponseMode = query.get('response_mode') ?? 'query';
  const responseMode = responseModes.find((mode) => mode === askedResponseMode);
  try {
    if (responseMode === undefined) {
      throw new EntraRefusal(70000, `response_mode must be one of: ${responseModes.join(', ')}.`);
    }
    const requested = readScope(service, query, tenantId);
    const codeChallenge = readCodeChallenge(query, registration.isPublicClient || isForPage);
    return {
      kind: 'request',
      authorizeRequest: {
        tenantId,
        registration,
        redirectUri,
        responseMode,
        isForPage,
        requested,
        codeChallenge,
        nonce: query.get('nonce') ?? undefined,
        state,
        loginHint: query.get('login_hint') ?? '',
        isSilent: query.get('prompt') === 'none',
        wantsClientInfo: query.get('client_info') === '1',
      },
    };
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    const description = `AADSTS${error.code}: ${error.message}`;
    return {
      kind: 'redirect',
      redirectUri,
      responseMode: responseMode ?? 'query',
      parameters: { error: error.oauthError, error_description: description, state },
    };
  }
}

function readScope(service: EntraService, query: URLSearchParams, tenantId: string): RequestedResource {
  if (query.get('response_type') !== 'code') {
    throw new EntraRefusal(700054, "response_type must be 'code': no other is enabled for the application.");
  }
  const scope = query.get('scope') ?? '';
  if (scope === '') throw new EntraRefusal(900144, "The request must contain the following parameter: 'scope'.");
  const requested = parseScope(scope);
  if (!service.directory.isKnownResource(tenantId, requested.resource)) {
    throw new EntraRefusal(500011, `The resource principal named ${requested.resource} was not found in the tenant.`);
  }
  return requested;
}

/** Only S256 is accepted: with `plain` the verifier is in the URL. A client without a secret must use it. */
function readCodeChallenge(query: URLSearchParams, isRequired: boolean): string | undefined {
  const codeChallenge = query.get('code_challenge') ?? undefined;
  if (codeChallenge === undefined && !isRequired) return undefined;
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(codeChallenge ?? '')) {
    throw new EntraRefusal(501491, 'The code_challenge is missing or is not of the method S256.');
  }
  return codeChallenge;
}
