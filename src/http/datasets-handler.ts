import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { Clock } from '../clock.ts';
import { tokenHolderOf, type Profile } from '../config/profiles/profile.ts';
import { ServiceError } from '../errors.ts';
import type { PowerBiApi, PowerBiCaller } from '../power-bi/power-bi-api.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { describeForAudit, type AccessToken } from '../tokens/access-token.ts';
import { createBudget } from '../upstream/budget.ts';
import { createHandler } from './handler.ts';
import { getPersonToken, type PersonTokenDependencies } from './person-token.ts';
import { readSingle } from './read-single.ts';
import { respondJson } from './respond.ts';

export interface DatasetsHandlerDependencies extends PersonTokenDependencies {
  readonly clock: Clock;
  readonly profiles: Profiles;
  readonly powerBi: PowerBiApi;
}

const WORKSPACE_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `/datasets` and `/datasets/{profile}`: what the profile's token can see, as Power BI lists it. */
export function createDatasetsHandler(dependencies: DatasetsHandlerDependencies): HttpHandler {
  const { clock, gate, profiles, tokens, powerBi } = dependencies;
  return createHandler(clock, {
    methods: ['GET'],
    audits: 'datasets',
    async respond({ http, audit }) {
      const caller = await gate.admit(http.headers, audit);
      const profile = profiles.find(http.params['profile']);
      audit.profile = profile.name;
      gate.authorize(caller, { action: 'datasets', profile: profile.name }, audit);
      const path = datasetsPath(http);
      const budget = createBudget(clock);
      const { token, cache } = await tokens.get(profile.endpointFor(caller));
      audit.token = describeForAudit(token, clock.now());
      audit.cache = cache;
      return respondJson(await powerBi.get(powerBiCaller(profile.settings, token), path, budget));
    },
  });
}

/** `/datasets/{profile}` for a profile that people sign in with: the person's own datasets, for whoever carries the session. */
export function createPersonDatasetsHandler(
  profileName: string,
  dependencies: DatasetsHandlerDependencies & { signIns: SignIns },
): HttpHandler {
  const { clock, gate, profiles, powerBi, signIns } = dependencies;
  return createHandler(clock, {
    methods: ['GET'],
    audits: 'datasets',
    async respond({ http, audit }) {
      gate.refuseFaults();
      const { settings } = profiles.find(profileName);
      const path = datasetsPath(http);
      const budget = createBudget(clock);
      const { served, cookies } = await getPersonToken(
        { http, audit, signIn: signIns.find(profileName) },
        dependencies,
      );
      const datasets = await powerBi.get(powerBiCaller(settings, served.token), path, budget);
      return { ...respondJson(datasets), cookies };
    },
  });
}

function powerBiCaller(settings: Profile, token: AccessToken): PowerBiCaller {
  return { apiUrl: settings.cloud.powerBiApiUrl, token, holder: tokenHolderOf(settings) };
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
