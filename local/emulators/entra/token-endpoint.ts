import type { Answer, RecordedRequest } from '../emulator.ts';
import { grantAuthorizationCode } from './authorization-code-grant.ts';
import { malformedRequest } from './client-authentication.ts';
import { grantClientCredentials } from './client-credentials-grant.ts';
import { EntraRefusal, toRefusalAnswer } from './entra-refusal.ts';
import type { EntraService, GrantType, TokenRequest } from './entra-service.ts';
import { issueTokens } from './issue-tokens.ts';
import { grantOnBehalfOf } from './on-behalf-of-grant.ts';
import { grantPassword } from './password-grant.ts';
import { grantRefreshToken } from './refresh-token-grant.ts';
import { requireMember } from './requested-resource.ts';

const grantTypes = new Map<string, GrantType>([
  ['client_credentials', grantClientCredentials],
  ['password', grantPassword],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', grantOnBehalfOf],
  ['authorization_code', grantAuthorizationCode],
  ['refresh_token', grantRefreshToken],
]);

const commonTenants = ['common', 'organizations', 'consumers'];

type Endpoint = Pick<TokenRequest, 'tenantInPath' | 'endpointVersion'>;

/** POST /{tenant}/oauth2/token and /{tenant}/oauth2/v2.0/token. */
export async function answerTokenRequest(
  service: EntraService,
  request: RecordedRequest,
  endpoint: Endpoint,
): Promise<Answer> {
  try {
    const tokenRequest = readTokenRequest(service, request, endpoint);
    const grantType = requireMember(tokenRequest.form, 'grant_type');
    const grant = grantTypes.get(grantType);
    if (grant === undefined) {
      throw new EntraRefusal(70003, `The app requested an unsupported grant type '${grantType}'.`);
    }
    return await issueTokens(service, tokenRequest, await grant(service, tokenRequest));
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    return toRefusalAnswer(service, request, error);
  }
}

function readTokenRequest(service: EntraService, request: RecordedRequest, endpoint: Endpoint): TokenRequest {
  if (request.method !== 'POST') {
    throw new EntraRefusal(900561, `The endpoint only accepts POST requests. Received a ${request.method} request.`);
  }
  const form = readForm(request);
  return {
    ...endpoint,
    tenantId: findTenant(service, endpoint.tenantInPath, form),
    form,
    authorization: request.headers.authorization,
    origin: request.headers.origin,
  };
}

/** Entra ignores a body of another type: every parameter is then missing. */
function readForm({ headers, body }: RecordedRequest): URLSearchParams {
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  if (contentType.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return new URLSearchParams();
  if (/%(?![0-9a-f]{2})/i.test(body)) throw malformedRequest();
  const form = new URLSearchParams(body);
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined) {
    throw new EntraRefusal(
      9000411,
      `The request is not properly formatted. The parameter '${repeated}' is duplicated.`,
    );
  }
  return form;
}

function findTenant(service: EntraService, tenantInPath: string, form: URLSearchParams): string {
  const grantType = form.get('grant_type');
  if (commonTenants.includes(tenantInPath)) {
    if (grantType === 'password') {
      const message = `The grant type 'password' is not supported over the /${tenantInPath} endpoint.`;
      throw new EntraRefusal(9001023, message);
    }
    throw new EntraRefusal(50059, 'No tenant-identifying information found in the request.');
  }
  const tenantId = service.directory.findTenantId(tenantInPath);
  if (tenantId === undefined) {
    throw new EntraRefusal(
      90002,
      `Tenant '${tenantInPath}' not found. Check to make sure you have the correct tenant ID and cloud.`,
    );
  }
  return tenantId;
}
