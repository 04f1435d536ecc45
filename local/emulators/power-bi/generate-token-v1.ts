import * as v from 'valibot';
import type { Answer } from '../emulator.ts';
import { checkIdentities } from './effective-identities.ts';
import { issueEmbedToken } from './generate-token.ts';
import { GenerateTokenRequestV1 } from './generate-token-request.ts';
import { entityNotFound, refuse } from './power-bi-answers.ts';
import type { PowerBiService } from './power-bi-routes.ts';
import type { Workspace } from './workspace.ts';

/**
 * Version 1, below a workspace: for one dashboard, one tile, or a new report. `parts` is the path after the workspace.
 */
export function generateTokenV1(
  service: PowerBiService,
  { workspace, parts, body }: { workspace: Workspace; parts: readonly string[]; body: string },
): Answer | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), GenerateTokenRequestV1), body);
  if (!parsed.success) return refuse(400, 'InvalidRequest', parsed.issues.map(({ message }) => message).join(' '));
  const request = parsed.output;
  const [kind, dashboardId, , tileId] = parts;
  if (kind === 'reports' && parts.length === 2) return forNewReport(service, workspace, request);
  if (kind !== 'dashboards') return undefined;
  const dashboard = workspace.dashboards.find(({ id }) => id === dashboardId);
  const tiles = dashboard?.tiles.filter(({ id }) => parts.length === 3 || id === tileId) ?? [];
  if (dashboard === undefined || (parts.length === 5 && tiles.length === 0)) return entityNotFound();
  const itemIds = [...(parts.length === 3 ? [dashboard.id] : []), ...tiles.map(({ id }) => id)];
  return issue(service, { request, itemIds, datasetIds: tiles.flatMap(({ datasetId }) => datasetId ?? []) });
}

function forNewReport(service: PowerBiService, workspace: Workspace, request: GenerateTokenRequestV1): Answer {
  if (request.accessLevel !== 'Create' || request.datasetId === undefined) {
    return refuse(400, 'InvalidRequest', 'A new report needs accessLevel Create and a datasetId.');
  }
  if (!workspace.members.includes(service.caller.oid)) return entityNotFound();
  return issue(service, { request, itemIds: [], datasetIds: [request.datasetId] });
}

function issue(
  service: PowerBiService,
  {
    request,
    itemIds,
    datasetIds,
  }: { request: GenerateTokenRequestV1; itemIds: readonly string[]; datasetIds: readonly string[] },
): Answer {
  const { identities, lifetimeInMinutes } = request;
  const all = [...service.workspaces.values()].flatMap((workspace) => workspace.datasets);
  const datasets = all.filter(({ id }) => datasetIds.includes(id));
  if (datasets.length < new Set(datasetIds).size) return entityNotFound();
  const complaint = checkIdentities(datasets, identities);
  if (complaint !== undefined) return refuse(400, 'InvalidRequest', complaint);
  const asked = {
    datasets: datasets.map(({ id }) => ({ id, xmlaPermissions: 'Off' as const })),
    reports: [],
    targetWorkspaces: [],
    identities,
    lifetimeInMinutes,
  };
  return issueEmbedToken(service, asked, itemIds);
}
