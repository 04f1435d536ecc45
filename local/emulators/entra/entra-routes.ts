import type { Answer, RecordedRequest } from '../emulator.ts';
import { answerAuthorizeRequest } from './authorize.ts';
import { instanceDiscovery, openIdConfiguration, signingKeys } from './discovery.ts';
import { EntraRefusal, toRefusalAnswer } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { answerLogout } from './logout.ts';
import { answerTokenRequest } from './token-endpoint.ts';

/** Entra's addresses; undefined for one that is not known here. */
export async function routeEntraRequest(service: EntraService, request: RecordedRequest): Promise<Answer | undefined> {
  // Browsers ask for it by themselves: a 501 on their console would look like a fault of the sign-in.
  if (request.path === '/favicon.ico') return { status: 204 };
  if (request.path === '/common/discovery/instance') return instanceDiscovery(service, request.query);
  const [, tenantInPath = '', ...rest] = request.path.split('/');
  const answerForTenant = (answer: (tenantId: string) => Answer): Answer => {
    const tenantId = service.directory.findTenantId(tenantInPath);
    if (tenantId !== undefined) return answer(tenantId);
    return toRefusalAnswer(service, request, new EntraRefusal(90002, `Tenant '${tenantInPath}' not found.`));
  };
  switch (rest.join('/')) {
    case 'oauth2/token':
      return await answerTokenRequest(service, request, { tenantInPath, endpointVersion: 1 });
    case 'oauth2/v2.0/token':
      return await answerTokenRequest(service, request, { tenantInPath, endpointVersion: 2 });
    case 'v2.0/.well-known/openid-configuration':
      return answerForTenant((tenantId) => openIdConfiguration(service, tenantId));
    case 'discovery/v2.0/keys':
      return answerForTenant(() => signingKeys(service));
    case 'oauth2/v2.0/authorize':
      return answerForTenant((tenantId) => answerAuthorizeRequest(service, request, tenantId));
    case 'oauth2/v2.0/logout':
      return answerForTenant((tenantId) => answerLogout(service, request, tenantId));
    default:
      return undefined;
  }
}
