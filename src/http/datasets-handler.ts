import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { AuditRecord } from '../audit.ts';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { PowerBiApi } from '../power-bi/power-bi-api.ts';
import type { Profiles, ServedProfile } from '../profiles.ts';
import type { ServedToken, TokenCache } from '../tokens/token-cache.ts';
import { createEndpoint } from './endpoint.ts';
import { readSingle } from './read-single.ts';
import { respondJson } from './respond.ts';

export interface DatasetsHandlerDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
  readonly powerBi: PowerBiApi;
}

const WORKSPACE_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `/datasets` and `/datasets/{profile}`: what the profile's token can see, as Power BI lists it. */
export function createDatasetsHandler(dependencies: DatasetsHandlerDependencies): HttpHandler {
  const { clock, powerBi } = dependencies;
  return createEndpoint(clock, {
    methods: ['GET'],
    audits: 'datasets',
    async respond({ http, audit }) {
      const { profile, served } = await getToken(http, audit, dependencies);
      audit.token = served.token;
      audit.cache = served.cache;
      const caller = { apiUrl: profile.settings.cloud.powerBiApiUrl, token: served.token };
      return respondJson(await powerBi.get(caller, datasetsPath(http)));
    },
  });
}

async function getToken(
  http: HttpRequest,
  audit: AuditRecord,
  { gate, profiles, tokens }: DatasetsHandlerDependencies,
): Promise<{ profile: ServedProfile; served: ServedToken }> {
  const caller = await gate.admit(http.headers, audit);
  const profile = profiles.find(http.params['profile']);
  audit.profile = profile.name;
  gate.authorize(caller, { action: 'datasets', profile: profile.name }, audit);
  return { profile, served: await tokens.get(profile.endpointFor(caller)) };
}

/** One workspace with `?workspace=ID`, My workspace without. Throws `invalid_request`. */
function datasetsPath(http: HttpRequest): string {
  const workspace = readSingle(http.query, 'workspace');
  if (workspace === undefined) return '/datasets';
  if (WORKSPACE_ID.test(workspace)) return `/groups/${workspace}/datasets`;
  throw new ServiceError('invalid_request', 'The parameter workspace is no workspace id.', {
    hint: 'Give the id (a GUID) that stands behind /groups/ in the address when the workspace is open in Power BI.',
  });
}
