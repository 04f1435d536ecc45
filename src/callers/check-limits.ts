import type { AccessLevel, Limits } from '../config/profiles/grant.ts';
import type { AccessRequest, EmbedRequest, RequestedDataset } from './access-request.ts';

/** Why a grant with these limits does not allow the request; undefined if it does. Limits are enforced only here. */
export function findExceededLimit(limits: Limits, request: AccessRequest): string | undefined {
  switch (request.action) {
    case 'token':
    case 'workspaces':
      return undefined;
    case 'reports':
    case 'datasets':
      return findListLimit(limits, request.workspaceId);
    case 'refresh':
      if (!names(limits.workspaces, request.workspaceId)) return beyond('workspaces');
      return allows(limits.datasets, request.datasetId) ? undefined : beyond('datasets');
    case 'embed':
      return findEmbedLimit(limits, request);
    default:
      return request satisfies never;
  }
}

function findListLimit({ workspaces }: Limits, workspaceId: string | undefined): string | undefined {
  if (workspaces === undefined) return undefined;
  if (workspaceId === undefined) return 'the grant names workspaces, and the request has no ?workspace=ID';
  return names(workspaces, workspaceId) ? undefined : beyond('workspaces');
}

function findEmbedLimit(limits: Limits, request: EmbedRequest): string | undefined {
  const { reports, dashboards, datasets, targetWorkspaceIds } = request;
  const items = [...reports, ...dashboards].map(({ workspaceId }) => workspaceId);
  if (![...items, ...targetWorkspaceIds].every((id) => names(limits.workspaces, id))) return beyond('workspaces');
  if (!reports.every(({ id }) => allows(limits.reports, id))) return beyond('reports');
  if (!dashboards.every(({ id }) => allows(limits.dashboards, id))) return beyond('dashboards');
  if (!datasets.every((dataset) => allowsDataset(limits, dataset))) return beyond('datasets');
  if (!allowsLevel(limits.accessLevel, neededLevel(request))) return beyond('accessLevel');
  return datasets.some(({ wantsXmla }) => wantsXmla) && !limits.xmla ? beyond('xmla') : undefined;
}

/** A dataset that the grant names may be in any workspace. If it names none, the dataset must be in a granted workspace. */
function allowsDataset({ workspaces, datasets }: Limits, { id, workspaceId }: RequestedDataset): boolean {
  return datasets === undefined ? names(workspaces, workspaceId) : names(datasets, id);
}

function neededLevel({ reports, targetWorkspaceIds, createsReport }: EmbedRequest): AccessLevel {
  if (createsReport || targetWorkspaceIds.length > 0) return 'Create';
  return reports.some(({ allowEdit }) => allowEdit) ? 'Edit' : 'View';
}

function allowsLevel(granted: AccessLevel, needed: AccessLevel): boolean {
  const rank = { View: 0, Edit: 1, Create: 2 } as const satisfies Record<AccessLevel, number>;
  return rank[needed] <= rank[granted];
}

/** An absent list allows all. */
function allows(ids: readonly string[] | undefined, id: string): boolean {
  return ids === undefined || names(ids, id);
}

/** An absent list allows none: for actions that require the limit. */
function names(ids: readonly string[] | undefined, id: string): boolean {
  return ids?.includes(id.toLowerCase()) === true;
}

function beyond(limit: keyof Limits): string {
  return `the request is not within "${limit}" of the grant`;
}
