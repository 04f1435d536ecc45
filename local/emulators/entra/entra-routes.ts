import type { Answer, RecordedRequest } from '../emulator.ts';
import { answerAuthorizeRequest } from './authorize.ts';
import { answerPreflight, forAnyPage, forRegisteredPages } from './cross-origin.ts';
import { instanceDiscovery, openIdConfiguration, signingKeys } from './discovery.ts';
import { EntraRefusal, toRefusalAnswer } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { answerLogout } from './logout.ts';
import { errorPage } from './sign-in-page.ts';
import { answerTokenRequest } from './token-endpoint.ts';

/** Entra has these under a tenant, but this stand-in does not. It answers 501, because a 404 would look like Entra's. */
const notEmulated = [
  '.well-known/openid-configuration',
  'discovery/keys',
  'federationmetadata/2007-06/federationmetadata.xml',
  'kerberos',
  'oauth2/authorize',
  'oauth2/devicecode',
  'oauth2/logout',
  'oauth2/v2.0/devicecode',
  'reprocess',
  'saml2',
  'v2.0/adminconsent',
  'wsfed',
];

/** Entra's URLs; undefined for one that only the real Entra has. */
export async function routeEntraRequest(service: EntraService, request: RecordedRequest): Promise<Answer | undefined> {
  // A browser requests it by itself. A 404 on its console would look like an error of the sign-in.
  if (request.path === '/favicon.ico') return { status: 204 };
  if (request.path === '/common/discovery/instance') return forAnyPage(instanceDiscovery(service, request.query));
  const [, tenantInPath = '', ...rest] = request.path.split('/');
  const answerForTenant = (answer: (tenantId: string) => Answer): Answer => {
    const tenantId = service.directory.findTenantId(tenantInPath);
    if (tenantId !== undefined) return answer(tenantId);
    return toRefusalAnswer(service, request, new EntraRefusal(90002, `Tenant '${tenantInPath}' not found.`));
  };
  const answerToken = async (endpointVersion: 1 | 2): Promise<Answer> => {
    const answer =
      request.method === 'OPTIONS'
        ? answerPreflight(request)
        : await answerTokenRequest(service, request, { tenantInPath, endpointVersion });
    return forRegisteredPages(service, request, answer);
  };
  switch (rest.join('/')) {
    case 'oauth2/token':
      return await answerToken(1);
    case 'oauth2/v2.0/token':
      return await answerToken(2);
    case 'v2.0/.well-known/openid-configuration':
      return forAnyPage(answerForTenant((tenantId) => openIdConfiguration(service, tenantId)));
    case 'discovery/v2.0/keys':
      return forAnyPage(answerForTenant(() => signingKeys(service)));
    case 'oauth2/v2.0/authorize':
      return answerForTenant((tenantId) => answerAuthorizeRequest(service, request, tenantId));
    case 'oauth2/v2.0/logout':
      return answerForTenant((tenantId) => answerLogout(service, request, tenantId));
    default:
      return notEmulated.includes(rest.join('/').toLowerCase()) ? undefined : notFound();
  }
}

function notFound(): Answer {
  return { ...errorPage('404 - File or directory not found.'), status: 404 };
}
