import type { Answer, RecordedRequest } from '../emulator.ts';
import { generateToken } from './generate-token.ts';
import { entityNotFound, list, notAuthorized, refuse } from './power-bi-answers.ts';
import type { PowerBiCaller } from './power-bi-caller.ts';
import { generateTokenV1 } from './generate-token-v1.ts';
import type { RefreshBook } from './refreshes.ts';
import {
  describeDashboard,
  describeDataset,
  describeMember,
  describeModelSource,
  describeReport,
  describeTile,
  describeWorkspace,
} from './workspace.ts';
import type { Dataset, Workspace } from './workspace.ts';

export interface PowerBiService {
  readonly url: string;
  readonly embedOrigin: string;
  readonly nowMs: () => number;
  readonly caller: PowerBiCaller;
  readonly workspaces: ReadonlyMap<string, Workspace>;
  /** The content of people's "My workspace", by object id. */
  readonly refreshes: RefreshBook;
  readonly personalDatasets: ReadonlyMap<string, readonly Dataset[]>;
}

/** The calls under /v1.0/myorg that are known here. */
export function routePowerBiRequest(service: PowerBiService, request: RecordedRequest): Answer | undefined {
  const parts = /^\/v1\.0\/myorg\/(.+)$/.exec(request.path)?.[1]?.split('/') ?? [];
  if (request.method === 'POST' && parts.join('/') === 'GenerateToken') return generateToken(service, request.body);
  const [first, second] = parts;
  if (first === 'groups' && parts.length > 2) return answerInWorkspace(service, parts.slice(1), request);
  if (request.method !== 'GET') return undefined;
  switch (`${first ?? ''} ${parts.length}`) {
    case 'groups 1':
      return listWorkspaces(service, request.query);
    case 'datasets 1':
      return listPersonalDatasets(service);
    case 'reports 2':
      return getReport(service, second);
    default:
      return undefined;
  }
}

function workspacesOf({ workspaces, caller }: PowerBiService): readonly Workspace[] {
  return [...workspaces.values()].filter(({ members }) => members.includes(caller.oid));
}

function listWorkspaces(service: PowerBiService, query: URLSearchParams): Answer {
  const top = Number(query.get('$top') ?? 5000);
  const skip = Number(query.get('$skip') ?? 0);
  if (!Number.isInteger(top) || top < 1 || top > 5000 || !Number.isInteger(skip) || skip < 0) {
    return refuse(400, 'InvalidRequest', 'The value of $top or $skip is out of range.');
  }
  const visible = workspacesOf(service).slice(skip, skip + top);
  return list(service.url, 'groups', visible.map(describeWorkspace));
}

function answerInWorkspace(
  service: PowerBiService,
  [workspaceId, ...parts]: readonly string[],
  request: RecordedRequest,
): Answer | undefined {
  // Power BI returns the same answer for a workspace without access and for one that does not exist.
  const workspace = workspacesOf(service).find(({ id }) => id === workspaceId?.toLowerCase());
  if (workspace === undefined) return notAuthorized();
  const [kind, itemId] = parts;
  if (kind === 'datasets' && parts[2] === 'refreshes') return answerRefreshes(service, { workspace, parts, request });
  if (request.method === 'POST' && parts.at(-1) === 'GenerateToken') {
    return generateTokenV1(service, { workspace, parts, body: request.body });
  }
  return request.method === 'GET' ? answerList(service, workspace, [kind, itemId, parts[2]]) : undefined;
}

function answerRefreshes(
  { refreshes }: PowerBiService,
  {
    workspace,
    parts: [, datasetId = '', , refreshId],
    request,
  }: { workspace: Workspace; parts: readonly string[]; request: RecordedRequest },
): Answer | undefined {
  if (!workspace.datasets.some(({ id }) => id === datasetId)) return entityNotFound();
  if (request.method === 'POST') return refreshes.start(datasetId, request.body, workspace.isOnDedicatedCapacity);
  if (request.method !== 'GET') return undefined;
  return refreshId === undefined
    ? refreshes.history(datasetId, request.query.get('$top'))
    : refreshes.details(datasetId, refreshId);
}

function answerList(
  service: PowerBiService,
  workspace: Workspace,
  [kind, itemId, below]: readonly (string | undefined)[],
): Answer | undefined {
  const { url } = service;
  if (kind === 'users') {
    return list(
      url,
      'users',
      workspace.members.map((oid) => describeMember(workspace, oid)),
    );
  }
  if (kind === 'dashboards') return answerDashboards(service, workspace, [itemId, below]);
  if (kind === 'datasets' && itemId === undefined) {
    return list(
      url,
      'datasets',
      workspace.datasets.map((dataset) => describeDataset(url, workspace.id, dataset)),
    );
  }
  if (kind !== 'reports') return undefined;
  const reports = workspace.reports.map((report) => describeReport(service, workspace.id, report));
  if (itemId === undefined) return list(url, 'reports', reports);
  if (below === 'datasources') {
    const models = workspace.reports.find(({ id }) => id === itemId)?.modelIds ?? [];
    return list(url, 'datasources', models.map(describeModelSource));
  }
  const report = reports.find(({ id }) => id === itemId);
  return report === undefined ? entityNotFound() : single(url, 'reports', report);
}

function answerDashboards(
  service: PowerBiService,
  workspace: Workspace,
  [dashboardId, below]: readonly (string | undefined)[],
): Answer | undefined {
  const { url } = service;
  const { id: workspaceId, dashboards } = workspace;
  if (dashboardId === undefined) {
    return list(
      url,
      'dashboards',
      dashboards.map((dashboard) => describeDashboard(service, workspaceId, dashboard)),
    );
  }
  const dashboard = dashboards.find(({ id }) => id === dashboardId);
  if (dashboard === undefined) return entityNotFound();
  if (below !== 'tiles') return undefined;
  return list(
    url,
    'tiles',
    dashboard.tiles.map((tile) => describeTile(service, { workspaceId, dashboardId }, tile)),
  );
}

function getReport(service: PowerBiService, reportId: string | undefined): Answer {
  if (service.caller.isServicePrincipal) return notForApplications();
  for (const workspace of workspacesOf(service)) {
    const report = workspace.reports.find(({ id }) => id === reportId);
    if (report !== undefined) return single(service.url, 'reports', describeReport(service, workspace.id, report));
  }
  return entityNotFound();
}

function listPersonalDatasets({ url, caller, personalDatasets }: PowerBiService): Answer {
  if (caller.isServicePrincipal) return notForApplications();
  const datasets = personalDatasets.get(caller.oid) ?? [];
  return list(
    url,
    'datasets',
    datasets.map((dataset) => describeDataset(url, undefined, dataset)),
  );
}

/** A service principal has no "My workspace": its users are sent to /groups/{id}/… instead. */
function notForApplications(): Answer {
  return { status: 403, body: { Message: 'API is not accessible for application' } };
}

function single(url: string, entitySet: string, entity: Record<string, unknown>): Answer {
  return { status: 200, body: { '@odata.context': `${url}/v1.0/myorg/$metadata#${entitySet}/$entity`, ...entity } };
}
