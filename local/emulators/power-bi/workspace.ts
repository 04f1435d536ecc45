import { randomUUID } from 'node:crypto';

export interface DatasetOptions {
  readonly id?: string;
  readonly name: string;
  /** Row-level security: embed tokens for it need an effective identity. */
  readonly hasRowLevelSecurity?: boolean;
  /** Roles that its row-level security knows; where there are some, an identity must name one. */
  readonly roles?: readonly string[];
}

interface ReportOptions {
  readonly id?: string;
  readonly name: string;
  readonly datasetId: string;
}

export interface WorkspaceOptions {
  readonly id?: string;
  readonly name?: string;
  /** Object ids of the service principals, managed identities and people that belong to it. */
  readonly members: readonly string[];
  readonly datasets?: readonly DatasetOptions[];
  readonly reports?: readonly ReportOptions[];
}

export type Dataset = Required<DatasetOptions>;
export type Report = Required<ReportOptions>;

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly members: string[];
  readonly datasets: readonly Dataset[];
  readonly reports: readonly Report[];
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const id = options.id ?? randomUUID();
  return {
    id,
    name: options.name ?? `Workspace ${id.slice(0, 8)}`,
    members: [...options.members],
    datasets: (options.datasets ?? []).map((dataset) => ({
      id: randomUUID(),
      hasRowLevelSecurity: false,
      roles: [],
      ...dataset,
    })),
    reports: (options.reports ?? []).map((report) => ({ id: randomUUID(), ...report })),
  };
}

export function describeWorkspace({ id, name }: Workspace): Record<string, unknown> {
  return { id, isReadOnly: false, isOnDedicatedCapacity: true, type: 'Workspace', name };
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

export function describeReport(
  { url, embedOrigin }: { readonly url: string; readonly embedOrigin: string },
  workspaceId: string,
  report: Report,
): Record<string, unknown> {
  return {
    id: report.id,
    reportType: 'PowerBIReport',
    name: report.name,
    webUrl: `${url}/groups/${workspaceId}/reports/${report.id}`,
    embedUrl: `${embedOrigin}/reportEmbed?reportId=${report.id}&groupId=${workspaceId}`,
    datasetId: report.datasetId,
    datasetWorkspaceId: workspaceId,
  };
}
