import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, TokenRequest } from './entra-service.ts';
import type { Registration } from './directory.ts';

export interface RequestedResource {
  readonly resource: string;
  /** The requested permissions by name; `.default` for all with consent. */
  readonly names: readonly string[];
  readonly openIdScopes: readonly string[];
}

const openIdScopeNames = ['openid', 'profile', 'email', 'offline_access'];

/** Returns the form's member. If it is missing, refuses as Entra does. */
export function requireMember(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? '';
  if (value === '') {
    throw new EntraRefusal(900144, `The request body must contain the following parameter: '${name}'.`);
  }
  return value;
}

/** The one resource that a token request is about: `resource` at the v1 endpoint, `scope` at the v2 endpoint. */
export function readRequestedResource(service: EntraService, request: TokenRequest): RequestedResource {
  const { form, endpointVersion, tenantId } = request;
  if (endpointVersion === 2 && form.has('resource')) {
    throw new EntraRefusal(901002, "The 'resource' request parameter is not supported.");
  }
  const requested =
    endpointVersion === 1
      ? { resource: requireMember(form, 'resource'), names: ['.default'], openIdScopes: openIdScopesOf(form) }
      : parseScope(requireMember(form, 'scope'));
  if (!service.directory.isKnownResource(tenantId, requested.resource)) {
    throw new EntraRefusal(
      500011,
      `The resource principal named ${requested.resource} was not found in the tenant named ${tenantId}.`,
    );
  }
  return requested;
}

/** Splits a v2 `scope` into the resource, its permissions and the OpenID scopes. */
export function parseScope(scope: string): RequestedResource {
  const all = scope.split(' ').filter((part) => part !== '');
  const parts = all.filter((part) => !openIdScopeNames.includes(part)).map(splitScope);
  const resources = [...new Set(parts.map((part) => part.resource))];
  if (resources.length > 1) {
    throw new EntraRefusal(700022, `The scope '${scope}' names more than one resource.`);
  }
  return {
    resource: resources[0] ?? graphResource,
    names: parts.map((part) => part.name),
    openIdScopes: all.filter((part) => openIdScopeNames.includes(part)),
  };
}

/** The delegated scopes of the token: the requested permissions that the registration has. */
export function grantScopes(registration: Registration, requested: RequestedResource): readonly string[] {
  const permitted = registration.delegatedScopes[requested.resource] ?? [];
  if (!registration.isConsented || requested.names.some((name) => name !== '.default' && !permitted.includes(name))) {
    throw new EntraRefusal(
      65001,
      `The user or administrator has not consented to use the application with ID '${registration.clientId}'.`,
      { suberror: 'consent_required' },
    );
  }
  return requested.names.includes('.default') ? permitted : requested.names;
}

const graphResource = 'https://graph.microsoft.com';

function openIdScopesOf(form: URLSearchParams): readonly string[] {
  return (form.get('scope') ?? '').split(' ').filter((part) => openIdScopeNames.includes(part));
}

function splitScope(part: string): { resource: string; name: string } {
  const slash = part.lastIndexOf('/');
  const [resource, name] = slash === -1 ? [graphResource, part] : [part.slice(0, slash), part.slice(slash + 1)];
  if (name === '' || !/^(https?:\/\/|api:\/\/|[0-9a-f]{8}-)/i.test(resource)) {
    throw new EntraRefusal(70011, `The provided value for the input parameter 'scope' is not valid: ${part}.`);
  }
  return { resource, name };
}
