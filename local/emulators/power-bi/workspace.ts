import { randomUUID } from 'node:crypto';

export interface DatasetOptions {
  readonly id?: string;
  readonly name: string;
  /** Row-level security: embed tokens for it need an effective identity. */
  readonly hasRowLevelSecurity?: boolean;
  /** The roles of its row-level security; if there are any, an identity must name one. */
  readonly roles?: readonly string[];
}

interface ReportOptions {
  readonly id?: string;
  readonly name: string;
  /** Undefined for a paginated report. */
  readonly datasetId?: string | undefined;
  /** The workspace of its dataset; its own if absent. */
  readonly datasetWorkspaceId?: string | undefined;
  readonly isPaginated?: boolean;
  /** The semantic models of a paginated report. */
  readonly modelIds?: readonly string[];
}

interface TileOptions {
  readonly id?: string;
  readonly title: string;
  /** Undefined for a tile that shows a text. */
  readonly datasetId?: string | undefined;
}

interface DashboardOptions {
  readonly id?: string;
  readonly name: string;
  readonly tiles?: readonly TileOptions[];
}

export interface WorkspaceOptions {
  readonly id?: string;
  readonly name?: string;
  /** Object ids of the service principals, managed identities, people and service principal profiles that belong to it. */
  readonly members: readonly string[];
  /** Members that may only read. */
  readonly viewers?: readonly string[];
  readonly datasets?: readonly DatasetOptions[];
  readonly reports?: readonly ReportOptions[];
  readonly dashboards?: readonly DashboardOptions[];
  /** Enhanced refreshes need one. */
  readonly isOnDedicatedCapacity?: boolean;
}

export type Dataset = Required<DatasetOptions>;
export type Report = ReportOptions & { readonly id: string };
export type Tile = TileOptions & { readonly id: string };
export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly tiles: readonly Tile[];
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly members: string[];
  readonly viewers: readonly string[];
  readonly datasets: readonly Dataset[];
  readonly reports: readonly Report[];
  readonly dashboards: readonly Dashboard[];
  isOnDedicatedCapacity: boolean;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const id = options.id ?? randomUUID();
  return {
    id,
    name: options.name ?? `Workspace ${id.slice(0, 8)}`,
    members: [...options.members],
    viewers: options.viewers ?? [],
    datasets: (options.datasets ?? []).map((dataset) => ({
      id: randomUUID(),
      hasRowLevelSecurity: false,
      roles: [],
      ...dataset,
    })),
    reports: (options.reports ?? []).map((report) => ({ id: randomUUID(), ...report })),
    dashboards: (options.dashboards ?? []).map(({ tiles = [], ...dashboard }) => ({
      id: randomUUID(),
      ...dashboard,
      tiles: tiles.map((tile) => ({ id: randomUUID(), ...tile })),
    })),
    isOnDedicatedCapacity: options.isOnDedicatedCapacity ?? true,
  };
}

export function describeWorkspace({ id, name, isOnDedicatedCapacity }: Workspace): Record<string, unknown> {
  return { id, isReadOnly: false, isOnDedicatedCapacity, type: 'Workspace', name };
}

export function describeDataset(
  url: string,
  workspaceId: string | undefined,
  dataset: Dataset,
): Record<string, unknown> {
  const { id, name, hasRowLevelSecurity, roles } = dataset;
  const folder = workspaceId === undefined ? '' : `/groups/${workspaceId}`;
  return {
    id,
    name,
    webUrl: `${url}${folder}/datasets/${id}`,
    addRowsAPIEnabled: false,
    configuredBy: 'owner@contoso.example',
    isRefreshable: true,
    isEffectiveIdentityRequired: hasRowLevelSecurity,
    isEffectiveIdentityRolesRequired: roles.length > 0,
    isOnPremGatewayRequired: false,
    targetStorageMode: 'Abf',
  };
}

/** The URLs of the REST API and of the embed page. */
export interface Origins {
  readonly url: string;
  readonly embedOrigin: string;
}

export function describeReport(
  { url, embedOrigin }: Origins,
  workspaceId: string,
  report: Report,
): Record<string, unknown> {
  const { id, name, datasetId, datasetWorkspaceId = workspaceId, isPaginated = false } = report;
  const page = isPaginated ? 'rdlEmbed' : 'reportEmbed';
  return {
    id,
    reportType: isPaginated ? 'PaginatedReport' : 'PowerBIReport',
    name,
    webUrl: `${url}/groups/${workspaceId}/${isPaginated ? 'rdlreports' : 'reports'}/${id}`,
    embedUrl: `${embedOrigin}/${page}?reportId=${id}&groupId=${workspaceId}`,
    ...(datasetId === undefined ? {} : { datasetId, datasetWorkspaceId }),
  };
}

export function describeDashboard(
  { url, embedOrigin }: Origins,
  workspaceId: string,
  { id, name }: Dashboard,
): Record<string, unknown> {
  return {
    id,
    displayName: name,
    isReadOnly: false,
    webUrl: `${url}/groups/${workspaceId}/dashboards/${id}`,
    embedUrl: `${embedOrigin}/dashboardEmbed?dashboardId=${id}&groupId=${workspaceId}`,
  };
}

export function describeTile(
  { embedOrigin }: Origins,
  { workspaceId, dashboardId }: { workspaceId: string; dashboardId: string },
  { id, title, datasetId }: Tile,
): Record<string, unknown> {
  return {
    id,
    title,
    embedUrl: `${embedOrigin}/embed?dashboardId=${dashboardId}&tileId=${id}&groupId=${workspaceId}`,
    ...(datasetId === undefined ? {} : { datasetId }),
  };
}

/** A paginated report's source in Power BI's format: the model's id is the end of the database's name. */
export function describeModelSource(modelId: string): Record<string, unknown> {
  return {
    datasourceType: 'AnalysisServices',
    connectionDetails: { server: 'pbiazure://api.powerbi.com/', database: `sobe_wowvirtualserver-${modelId}` },
  };
}

export function describeMember({ viewers }: Workspace, oid: string): Record<string, unknown> {
  return {
    identifier: oid,
    principalType: 'App',
    displayName: `Member ${oid.slice(0, 8)}`,
    groupUserAccessRight: viewers.includes(oid) ? 'Viewer' : 'Member',
  };
}
