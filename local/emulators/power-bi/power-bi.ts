import { randomUUID } from 'node:crypto';
import type { ServerCertificates } from '../certificate-authority.ts';
import type { Answer, Emulator, RecordedRequest } from '../emulator.ts';
import { startEmulatorServer } from '../emulator-server.ts';
import { answerEmbedRequest } from '../power-bi-embed/answer-embed-request.ts';
import { viewEmbedToken } from '../power-bi-embed/view-embed-token.ts';
import type { SigningKey } from '../signing-key.ts';
import { readEmbedToken } from './generate-token.ts';
import type { EmbedTokenContent } from './generate-token.ts';
import { identifyCaller } from './power-bi-caller.ts';
import type { PowerBiService } from './power-bi-routes.ts';
import { routePowerBiRequest } from './power-bi-routes.ts';
import { createRefreshBook, type RefreshBook } from './refreshes.ts';
import { createWorkspace } from './workspace.ts';
import type { Dataset, DatasetOptions, Workspace, WorkspaceOptions } from './workspace.ts';

export interface PowerBiEmulator extends Emulator {
  /** The tenant setting "Service principals can call Fabric public APIs". */
  allowServicePrincipals: boolean;
  /** The URL of the embed page, if not `url`: embed URLs begin with it. */
  embedOrigin: string | undefined;
  readonly addWorkspace: (options: WorkspaceOptions) => Workspace;
  /** A dataset in the "My workspace" of a person. */
  readonly addPersonalDataset: (oid: string, dataset: DatasetOptions) => Dataset;
  /** The content of an embed token that was issued here. */
  readonly readEmbedToken: (token: string) => EmbedTokenContent;
  /** Ends the refresh of a dataset that is running. */
  readonly endRefresh: RefreshBook['end'];
  readonly addMember: (workspaceId: string, oid: string) => void;
  readonly removeMember: (workspaceId: string, oid: string) => void;
}

export interface PowerBiOptions {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  readonly certificates: ServerCertificates;
  readonly nowMs: () => number;
  readonly port?: number | undefined;
}

/** Power BI's REST API: workspaces, their datasets and reports, and embed tokens for them. */
export async function startPowerBi(options: PowerBiOptions): Promise<PowerBiEmulator & { close(): Promise<void> }> {
  const { signingKey, tenantId, certificates, nowMs, port } = options;
  const workspaces = new Map<string, Workspace>();
  const refreshes = createRefreshBook(nowMs, () => powerBi.url);
  const personalDatasets = new Map<string, readonly Dataset[]>();
  const membersOf = (workspaceId: string): string[] => workspaces.get(workspaceId)?.members ?? [];

  const answer = async (request: RecordedRequest): Promise<Answer | undefined> => {
    const { allowServicePrincipals } = powerBi;
    const { caller, refusal } = await identifyCaller({ signingKey, tenantId, allowServicePrincipals }, request);
    if (refusal !== undefined) return refusal;
    const { url, embedOrigin = url } = powerBi;
    const service: PowerBiService = { url, embedOrigin, nowMs, caller, workspaces, refreshes, personalDatasets };
    return routePowerBiRequest(service, request);
  };
  const titleOf = (id: string): string | undefined =>
    [...workspaces.values()]
      .flatMap(({ reports, dashboards }) => [
        ...[...reports, ...dashboards].map((item) => ({ id: item.id, title: item.name })),
        ...dashboards.flatMap(({ tiles }) => tiles),
      ])
      .find((item) => item.id === id)?.title;
  const handle = async (request: RecordedRequest): Promise<Answer | undefined> => {
    const page = await answerEmbedRequest({ nowMs, readToken: viewEmbedToken, titleOf }, request);
    if (page !== undefined) return page;
    const answered = await answer(request);
    return answered && { ...answered, headers: { ...answered.headers, requestid: randomUUID() } };
  };

  const server = await startEmulatorServer({ handle, nowMs, certificates, port });
  const powerBi: PowerBiEmulator & { close(): Promise<void> } = {
    ...server,
    allowServicePrincipals: true,
    embedOrigin: undefined,
    addWorkspace: (workspaceOptions) => {
      const workspace = createWorkspace(workspaceOptions);
      workspaces.set(workspace.id, workspace);
      return workspace;
    },
    addPersonalDataset: (oid, datasetOptions) => {
      const dataset: Dataset = { id: randomUUID(), hasRowLevelSecurity: false, roles: [], ...datasetOptions };
      personalDatasets.set(oid, [...(personalDatasets.get(oid) ?? []), dataset]);
      return dataset;
    },
    readEmbedToken,
    endRefresh: refreshes.end,
    addMember: (workspaceId, oid) => {
      membersOf(workspaceId).push(oid);
    },
    removeMember: (workspaceId, oid) => {
      const members = membersOf(workspaceId);
      members.splice(0, members.length, ...members.filter((member) => member !== oid));
    },
  };
  return powerBi;
}
