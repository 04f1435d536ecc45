import type { HttpRequest } from '@azure/functions';
import type { Gate } from '../callers/gate.ts';
import type { PublicAddress } from '../config/read-public-address.ts';
import type { Catalog } from '../power-bi/catalog.ts';
import type { DatasetPlace, DatasetRefreshes } from '../power-bi/dataset-refresh.ts';
import { locate } from '../power-bi/locate.ts';
import type { PowerBiAccount } from '../power-bi/power-bi-client.ts';
import { isRunning, type RefreshState } from '../power-bi/refresh-state.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { GuardedRequest, Handler } from './handler.ts';
import { readId, readSingle } from './parameters.ts';
import { accountFor } from './power-bi-account.ts';
import { addressOf } from './public-address.ts';
import { respondJson, type HttpAnswer } from './respond.ts';

export interface RefreshDependencies {
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly catalog: Catalog;
  readonly refreshes: DatasetRefreshes;
  readonly publicAddress: PublicAddress;
}

const RETRY_AFTER_SECONDS = 30;

/** POST `/refresh/{workspaceId}/{datasetId}`: starts a refresh, or finds the one that is running. */
export function createStartRefreshHandler(dependencies: RefreshDependencies): Handler<GuardedRequest> {
  return async (request) => {
    const { account, place } = await admit(request, dependencies);
    const refreshId = await dependencies.refreshes.start(account, place);
    request.audit.refresh = { ...request.audit.refresh, refreshId, status: 'InProgress' };
    return respondRunning(request.http, { place, refreshId }, dependencies);
  };
}

/** GET `/refresh/{workspaceId}/{datasetId}/{refreshId}`: the status of a refresh. 202 while it runs, so that flows wait. */
export function createRefreshStatusHandler(dependencies: RefreshDependencies): Handler<GuardedRequest> {
  return async (request) => {
    const refreshId = readId(request.http.params, 'refreshId');
    const { account, place } = await admit(request, dependencies);
    const state = await dependencies.refreshes.status(account, place, refreshId);
    const { status, errorCode } = state;
    request.audit.refresh = { ...request.audit.refresh, refreshId, status, errorCode };
    if (isRunning(state)) return respondRunning(request.http, { place, refreshId }, dependencies);
    return respondJson({
      refresh_id: refreshId,
      status,
      started_at: state.startedAt,
      ended_at: state.endedAt,
      error_code: errorCode,
      ...(status === 'Completed' ? {} : { hint: explainEnd(state) }),
    });
  };
}

/** Throws `forbidden` unless a grant with refresh allows this dataset, and the workspace really has it. */
async function admit(
  { http, audit, caller }: GuardedRequest,
  { gate, profiles, catalog }: RefreshDependencies,
): Promise<{ account: PowerBiAccount; place: DatasetPlace }> {
  const workspaceId = readId(http.params, 'workspaceId');
  const datasetId = readId(http.params, 'datasetId');
  const profile = profiles.find(readSingle(http.query, 'profile'));
  audit.profile = profile.name;
  audit.refresh = { workspace: workspaceId, dataset: datasetId };
  const account = accountFor(profile, caller);
  gate.authorize(caller, { action: 'refresh', profile: profile.name, workspaceId, datasetId }, audit);
  await locate({
    what: 'dataset',
    ids: [datasetId],
    workspaceIds: [workspaceId],
    list: (id, isFoundIn) => catalog.datasets(account, id, isFoundIn),
  });
  return { account, place: { workspaceId, datasetId } };
}

function respondRunning(
  http: HttpRequest,
  { place: { workspaceId, datasetId }, refreshId }: { place: DatasetPlace; refreshId: string },
  { publicAddress }: RefreshDependencies,
): HttpAnswer {
  const profile = readSingle(http.query, 'profile');
  const query = profile === undefined ? '' : `?profile=${encodeURIComponent(profile)}`;
  return respondJson(
    { refresh_id: refreshId, status: 'InProgress' },
    {
      status: 202,
      headers: {
        Location: `${addressOf(http.url, publicAddress)}/refresh/${workspaceId}/${datasetId}/${refreshId}${query}`,
        'Retry-After': String(RETRY_AFTER_SECONDS),
      },
    },
  );
}

const CREDENTIALS_HINT =
  'As the owner of the model, enter the credentials: Power BI > the semantic model > Settings > Data source credentials.';
const HINTS: ReadonlyMap<string, string> = new Map([
  ['ModelRefreshFailed_CredentialsNotSpecified', CREDENTIALS_HINT],
  ['ModelRefreshDisabled_CredentialNotSpecified', CREDENTIALS_HINT],
]);

function explainEnd({ status, errorCode = '' }: RefreshState): string {
  switch (status) {
    case 'Cancelled':
      return 'The refresh was cancelled. Start it again if you still need it.';
    case 'TimedOut':
      return 'The refresh took longer than Power BI allows. Load less data at once, for example with incremental refresh.';
    case 'Disabled':
      return 'A selective refresh disabled this one.';
    default:
      return HINTS.get(errorCode) ?? 'See the complete message in Power BI > the semantic model > Refresh history.';
  }
}
