import type { HttpRequest } from '@azure/functions';
import type { AccessRequest } from '../callers/access-request.ts';
import type { Gate } from '../callers/gate.ts';
import { memberOf } from '../json.ts';
import { accountWith } from '../power-bi/power-bi-account.ts';
import type { PowerBiAccount, PowerBiClient } from '../power-bi/power-bi-client.ts';
import type { Profiles, SignInProfile } from '../profiles/profiles.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import { unavailable } from '../upstream/unavailable.ts';
import type { GuardedRequest, Handler, HandlerRequest } from './handler.ts';
import { readId, readSingle } from './parameters.ts';
import { getPersonToken, type PersonTokenDependencies } from './person-token.ts';
import { accountFor } from './power-bi-account.ts';
import { respondJson } from './respond.ts';

export type ListName = 'workspaces' | 'reports' | 'datasets';

export interface ListHandlerDependencies extends PersonTokenDependencies {
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly powerBiClient: PowerBiClient;
}

/** Query parameters that are sent to Power BI; others are ignored. */
const PASSED_ON = ['$top', '$skip', '$filter'];

/** A list in Power BI's own form: `/workspaces`, `/reports`, `/datasets`, each also with `/{profile}`. */
export function createListHandler(list: ListName, dependencies: ListHandlerDependencies): Handler<GuardedRequest> {
  const { gate, profiles } = dependencies;
  return async ({ http, audit, caller }) => {
    const profile = profiles.find(http.params['profile']);
    audit.profile = profile.name;
    const request = toRequest(list, profile.name, http);
    const account = accountFor(profile, caller);
    gate.authorize(caller, request, audit);
    const body = await ask({ http, audit }, { account, path: pathOf(request) }, dependencies);
    return respondJson(list === 'workspaces' ? onlyVisible(body, gate.visibleWorkspaces(caller, profile.name)) : body);
  };
}

/** The same list of a sign-in profile, with the person's own token, for the browser that has their session. */
export function createPersonListHandler(
  list: ListName,
  profile: SignInProfile,
  dependencies: ListHandlerDependencies,
): Handler {
  const { settings, signIn } = profile;
  return async ({ http, audit }) => {
    const path = pathOf(toRequest(list, profile.name, http));
    const { endpoint, cookies } = await getPersonToken({ http, audit, signIn }, dependencies);
    const body = await ask({ http, audit }, { account: accountWith(settings, endpoint), path }, dependencies);
    return { ...respondJson(body), cookies };
  };
}

async function ask(
  { http, audit }: Pick<HandlerRequest, 'http' | 'audit'>,
  { account, path }: { account: PowerBiAccount; path: string },
  { clock, powerBiClient }: ListHandlerDependencies,
): Promise<unknown> {
  const { body, served } = await powerBiClient.ask(account, { path: `${path}${queryOf(http)}` });
  audit.token = describeForAudit(served.token, clock.now());
  audit.cache ??= served.cache;
  return body;
}

type ListRequest = Exclude<AccessRequest, { action: 'refresh' | 'embed' }>;

function toRequest(list: ListName, profile: string, http: HttpRequest): ListRequest {
  if (list === 'workspaces') return { action: 'workspaces', profile };
  const workspace = readSingle(http.query, 'workspace');
  const workspaceId = workspace === undefined ? undefined : readId({ workspace }, 'workspace');
  return { action: list, profile, workspaceId };
}

function pathOf(request: ListRequest): string {
  if (!('workspaceId' in request)) return '/groups';
  const { action, workspaceId } = request;
  return workspaceId === undefined ? `/${action}` : `/groups/${workspaceId}/${action}`;
}

function queryOf({ query }: HttpRequest): string {
  const passed = PASSED_ON.flatMap((name) => {
    const value = readSingle(query, name);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return passed.length === 0 ? '' : `?${passed.join('&')}`;
}

/** Power BI lists more than the grants may allow. Throws `upstream_unavailable` if the body is not a list. */
function onlyVisible(body: unknown, visible: ReadonlySet<string> | 'all'): unknown {
  if (visible === 'all') return body;
  const value = memberOf(body, 'value');
  if (!Array.isArray(value))
    throw unavailable('returned a list that cannot be read', { service: 'power-bi', status: 200 });
  const isVisible = (workspace: unknown): boolean => {
    const id = memberOf(workspace, 'id');
    return typeof id === 'string' && visible.has(id.toLowerCase());
  };
  return { ...(body as object), value: value.filter(isVisible) };
}
