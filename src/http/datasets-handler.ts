import { tokenHolderOf, type Profile } from '../config/profiles/profile.ts';
import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import type { PowerBiApi, PowerBiCaller } from '../power-bi/power-bi-api.ts';
import type { Profiles, SignInProfile } from '../profiles/profiles.ts';
import { tokenEndpointFor } from '../profiles/token-endpoint-for.ts';
import { describeForAudit, type AccessToken } from '../tokens/access-token.ts';
import { createBudget } from '../upstream/budget.ts';
import type { GuardedRequest, Handler } from './handler.ts';
import { readSingle } from './parameters.ts';
import { getPersonToken, type PersonTokenDependencies } from './person-token.ts';
import { respondJson } from './respond.ts';

export interface DatasetsHandlerDependencies extends PersonTokenDependencies {
  readonly profiles: Profiles;
  readonly powerBi: PowerBiApi;
}

const WORKSPACE_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `/datasets` and `/datasets/{profile}`: the datasets that the profile's token can see, as Power BI lists them. */
export function createDatasetsHandler(dependencies: DatasetsHandlerDependencies): Handler<GuardedRequest> {
  const { clock, gate, profiles, tokens, powerBi } = dependencies;
  return async ({ http, audit, caller }) => {
    const profile = profiles.find(http.params['profile']);
    audit.profile = profile.name;
    const workspaceId = readWorkspaceId(http);
    gate.authorize(caller, { action: 'datasets', profile: profile.name, workspaceId }, audit);
    const path = datasetsPath(workspaceId);
    const budget = createBudget(clock);
    const { token, cache } = await tokens.get(tokenEndpointFor(profile, caller));
    audit.token = describeForAudit(token, clock.now());
    audit.cache = cache;
    return respondJson(await powerBi.get(powerBiCaller(profile.settings, token), path, budget));
  };
}

/** `/datasets/{profile}` of a sign-in profile: the person's own datasets, for the browser that holds their session. */
export function createPersonDatasetsHandler(
  { settings, signIn }: SignInProfile,
  dependencies: DatasetsHandlerDependencies,
): Handler {
  const { clock, powerBi } = dependencies;
  return async ({ http, audit }) => {
    const path = datasetsPath(readWorkspaceId(http));
    const budget = createBudget(clock);
    const { served, cookies } = await getPersonToken({ http, audit, signIn }, dependencies);
    const datasets = await powerBi.get(powerBiCaller(settings, served.token), path, budget);
    return { ...respondJson(datasets), cookies };
  };
}

function powerBiCaller(settings: Profile, token: AccessToken): PowerBiCaller {
  return { apiUrl: settings.cloud.powerBiApiUrl, token, holder: tokenHolderOf(settings) };
}

function datasetsPath(workspaceId: string | undefined): string {
  return workspaceId === undefined ? '/datasets' : `/groups/${workspaceId}/datasets`;
}

/** One workspace with `?workspace=ID`; undefined, for My workspace, without it. Throws `invalid_request`. */
function readWorkspaceId(http: HttpRequest): string | undefined {
  const workspace = readSingle(http.query, 'workspace');
  if (workspace === undefined || WORKSPACE_ID.test(workspace)) return workspace?.toLowerCase();
  throw new ServiceError('invalid_request', 'The parameter workspace is no workspace id.', {
    hint: 'Give the id (a GUID) after /groups/ in the address when the workspace is open in Power BI.',
  });
}
