import type { EmbedRequest, RequestedDataset } from '../callers/access-request.ts';
import { forbid } from '../callers/forbid.ts';
import { ServiceError } from '../errors.ts';
import type { Grant } from '../config/profiles/grant.ts';
import type { Catalog } from './catalog.ts';
import {
  MAX_ITEMS,
  type DashboardInput,
  type EmbedInput,
  type ItemsInput,
  type NewReportInput,
  type TileInput,
} from './embed-input.ts';
import type { Dashboard, Dataset, Report, Tile } from './items.ts';
import { locate, type Located } from './locate.ts';
import type { PowerBiAccount } from './power-bi-client.ts';

/** An embed request with the items that Power BI lists: what the grants must allow, and the call of GenerateToken. */
export interface ResolvedEmbed {
  readonly request: EmbedRequest;
  readonly call: { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
  readonly lifetimeInMinutes: number | undefined;
  /** The item, if it is only one. */
  readonly item: ShownItem | undefined;
}

export interface ShownItem {
  readonly name: string;
  readonly embedUrl: string;
  readonly isPaginated: boolean;
}

export interface ResolveOptions {
  readonly catalog: Catalog;
  readonly account: PowerBiAccount;
  readonly profile: string;
  /** The grants that may allow it. Only their workspaces are searched. */
  readonly candidates: readonly Grant[];
  /** The workspace that the request names; undefined if its items may be in any of the granted ones. */
  readonly workspaceId: string | undefined;
}

type Parts = Partial<Omit<EmbedRequest, 'action' | 'profile' | 'identities'>> &
  Omit<ResolvedEmbed, 'request' | 'lifetimeInMinutes'>;

/**
 * Finds the items of an embed request in the granted workspaces.
 *
 * Throws `forbidden` for an item that is not in any of them, and the error of Power BI if it does not return a list.
 */
export async function resolveEmbed(input: EmbedInput, options: ResolveOptions): Promise<ResolvedEmbed> {
  const { call, item, ...found } = await resolveItems(input, options);
  return {
    request: {
      action: 'embed',
      profile: options.profile,
      reports: [],
      dashboards: [],
      datasets: [],
      targetWorkspaceIds: [],
      createsReport: false,
      ...found,
      identities: input.identities,
    },
    call,
    item,
    lifetimeInMinutes: input.lifetimeInMinutes,
  };
}

function resolveItems(input: EmbedInput, options: ResolveOptions): Promise<Parts> {
  switch (input.kind) {
    case 'items':
      return resolveReports(input, options);
    case 'dashboard':
    case 'tile':
      return resolveTiles(input, options);
    case 'newReport':
      return resolveNewReport(input, options);
    default:
      return input satisfies never;
  }
}

async function resolveReports(input: ItemsInput, options: ResolveOptions): Promise<Parts> {
  const { catalog, account } = options;
  const found = await locate<Report>({
    what: 'report',
    ids: input.reports.map(({ id }) => id),
    workspaceIds: options.workspaceId === undefined ? workspacesOf(options) : [options.workspaceId],
    list: (workspaceId, isFoundIn) => catalog.reports(account, workspaceId, isFoundIn),
  });
  const reports = input.reports.map(({ id, allowEdit }) => ({ ...(found.get(id) as Located<Report>), allowEdit }));
  const models = await modelsOf(reports, options);
  const asked = new Map(input.datasets.map(({ id, wantsXmla }) => [id, wantsXmla]));
  const ids = [...new Set([...asked.keys(), ...models, ...reports.flatMap(({ datasetId }) => datasetId ?? [])])];
  if (ids.length > MAX_ITEMS) {
    throw new ServiceError('invalid_request', `The reports have more than ${MAX_ITEMS} datasets together.`, {
      hint: 'Request fewer reports in one token.',
    });
  }
  const datasets = await locateDatasets(ids, options, reports);
  const [only] = reports;
  return {
    reports: reports.map(({ id, workspaceId, allowEdit }) => ({ id, workspaceId, allowEdit })),
    // The models of a paginated report always need the permission, so the grant need not allow it.
    datasets: datasets.map((dataset) => ({
      ...dataset,
      wantsXmla: !models.includes(dataset.id) && asked.get(dataset.id) === true,
    })),
    targetWorkspaceIds: input.targetWorkspaceIds,
    item: reports.length === 1 ? only : undefined,
    call: {
      path: '/GenerateToken',
      body: {
        datasets: ids.map((id) => ({
          id,
          ...(models.includes(id) || asked.get(id) === true ? { xmlaPermissions: 'ReadOnly' } : {}),
        })),
        reports: reports.map(({ id, allowEdit }) => (allowEdit ? { id, allowEdit } : { id })),
        ...(input.targetWorkspaceIds.length === 0
          ? {}
          : { targetWorkspaces: input.targetWorkspaceIds.map((id) => ({ id })) }),
      },
    },
  };
}

async function modelsOf(
  reports: readonly Located<Report>[],
  { catalog, account }: ResolveOptions,
): Promise<readonly string[]> {
  const paginated = reports.filter(({ isPaginated }) => isPaginated);
  return (await Promise.all(paginated.map((report) => catalog.modelsOfPaginatedReport(account, report)))).flat();
}

async function resolveTiles(input: DashboardInput | TileInput, options: ResolveOptions): Promise<Parts> {
  const { catalog, account } = options;
  const { workspaceId } = input;
  const dashboardId = input.kind === 'tile' ? input.dashboardId : input.id;
  const dashboards = await locate<Dashboard>({
    what: 'dashboard',
    ids: [dashboardId],
    workspaceIds: workspacesOf(options).filter((id) => id === workspaceId),
    list: (id, isFoundIn) => catalog.dashboards(account, id, isFoundIn),
  });
  const all = { workspaceId, id: dashboardId };
  const tiles = await locate<Tile>({
    what: 'tile',
    ids: input.kind === 'tile' ? [input.id] : [],
    workspaceIds: [workspaceId],
    list: (_, isFoundIn) => catalog.tiles(account, all, isFoundIn),
  });
  const shown = input.kind === 'tile' ? [...tiles.values()] : await catalog.tiles(account, all, () => true);
  const datasetIds = [...new Set(shown.flatMap(({ datasetId }) => datasetId ?? []))];
  const path = `/groups/${workspaceId}/dashboards/${dashboardId}`;
  const item = input.kind === 'tile' ? tiles.get(input.id) : dashboards.get(dashboardId);
  return {
    dashboards: [all],
    datasets: await locateDatasets(datasetIds, options),
    item: item && { ...item, isPaginated: false },
    call: {
      path: `${input.kind === 'tile' ? `${path}/tiles/${input.id}` : path}/GenerateToken`,
      body: { accessLevel: 'View' },
    },
  };
}

async function resolveNewReport({ workspaceId, datasetId }: NewReportInput, options: ResolveOptions): Promise<Parts> {
  return {
    datasets: await locateDatasets([datasetId], options),
    targetWorkspaceIds: [workspaceId],
    createsReport: true,
    item: undefined,
    call: { path: `/groups/${workspaceId}/reports/GenerateToken`, body: { accessLevel: 'Create', datasetId } },
  };
}

/** Searches another workspace for a dataset only if a grant names the dataset, and only the workspace that its report names. */
async function locateDatasets(
  ids: readonly string[],
  options: ResolveOptions,
  reports: readonly Report[] = [],
): Promise<readonly RequestedDataset[]> {
  const { catalog, account, candidates } = options;
  const granted = workspacesOf(options);
  const isNamed = (id: string): boolean => candidates.some(({ limits }) => limits.datasets?.includes(id) === true);
  const elsewhere = reports.flatMap(({ datasetId, datasetWorkspaceId }) =>
    datasetId !== undefined && datasetWorkspaceId !== undefined && isNamed(datasetId) ? [datasetWorkspaceId] : [],
  );
  const found = await locate<Dataset>({
    what: 'dataset',
    ids,
    workspaceIds: [...new Set([...granted, ...elsewhere])],
    list: (workspaceId, isFoundIn) => catalog.datasets(account, workspaceId, isFoundIn),
  });
  return ids.map((id) => {
    const dataset = found.get(id);
    if (dataset === undefined) throw forbid('a dataset is not in a workspace that the grant names');
    return { ...dataset, wantsXmla: false };
  });
}

function workspacesOf({ candidates }: ResolveOptions): readonly string[] {
  return [...new Set(candidates.flatMap(({ limits }) => limits.workspaces ?? []))];
}
