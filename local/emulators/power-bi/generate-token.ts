import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Answer } from '../emulator.ts';
import { checkIdentities } from './effective-identities.ts';
import { GenerateTokenRequest } from './generate-token-request.ts';
import { entityNotFound, notAuthorized, refuse } from './power-bi-answers.ts';
import type { PowerBiService } from './power-bi-routes.ts';
import type { Dataset, Workspace } from './workspace.ts';

/** The content of an embed token of this stand-in: read it with `readEmbedToken`. */
export interface EmbedTokenContent {
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
  readonly grantedTo: string;
  readonly request: GenerateTokenRequest;
  /** The reports, dashboards and tiles that it shows. */
  readonly itemIds: readonly string[];
}

const defaultLifetimeMinutes = 60;

/** POST /v1.0/myorg/GenerateToken: one embed token for datasets, reports and workspaces. */
export function generateToken(service: PowerBiService, body: string): Answer {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), GenerateTokenRequest), body);
  if (!parsed.success) return refuse(400, 'InvalidRequest', parsed.issues.map(({ message }) => message).join(' '));
  const request = parsed.output;
  const found = findArtifacts(service, request);
  if (found.kind === 'refused') return found.answer;
  const complaint = checkIdentities(found.datasets, request.identities);
  if (complaint !== undefined) return refuse(400, 'InvalidRequest', complaint);
  return issueEmbedToken(service, request);
}

/** The content of a token of `generateToken`, for tests; throws for any other token. */
export function readEmbedToken(token: string): EmbedTokenContent {
  return JSON.parse(gunzipSync(Buffer.from(token, 'base64')).toString('utf8')) as EmbedTokenContent;
}

type Found =
  | { readonly kind: 'found'; readonly datasets: readonly Dataset[] }
  | { readonly kind: 'refused'; readonly answer: Answer };

function findArtifacts(service: PowerBiService, request: GenerateTokenRequest): Found {
  const workspaces = [...service.workspaces.values()];
  const holdersOf = (kind: 'datasets' | 'reports', id: string): readonly Workspace[] =>
    workspaces.filter((workspace) => workspace[kind].some((artifact) => artifact.id === id));
  const holders = [
    ...request.datasets.map(({ id }) => holdersOf('datasets', id)),
    ...request.reports.map(({ id }) => holdersOf('reports', id)),
    ...request.targetWorkspaces.map(({ id }) => workspaces.filter((workspace) => workspace.id === id)),
  ].map(([holder]) => holder);
  if (holders.includes(undefined)) return { kind: 'refused', answer: entityNotFound() };
  if (!holders.every((holder) => holder?.members.includes(service.caller.oid))) {
    return { kind: 'refused', answer: { ...notAuthorized(), status: 403 } };
  }
  if (holders.some((holder) => holder?.viewers.includes(service.caller.oid))) {
    return { kind: 'refused', answer: { ...notAuthorized(), status: 403 } };
  }
  const ids = request.datasets.map(({ id }) => id);
  const reports = workspaces.flatMap((workspace) => workspace.reports).filter(({ id }) => asks(request.reports, id));
  const missing = reports.find(({ datasetId }) => datasetId !== undefined && !ids.includes(datasetId));
  if (missing !== undefined) {
    return {
      kind: 'refused',
      answer: refuse(400, 'InvalidRequest', `The dataset of the report ${missing.id} is not in the request.`),
    };
  }
  const closed = reports.flatMap(({ modelIds = [] }) => modelIds).find((id) => !opens(request, id));
  if (closed !== undefined) {
    return {
      kind: 'refused',
      answer: refuse(
        400,
        'InvalidRequest',
        `The model ${closed} of a paginated report needs xmlaPermissions ReadOnly.`,
      ),
    };
  }
  const datasets = workspaces.flatMap((workspace) => workspace.datasets).filter(({ id }) => ids.includes(id));
  return { kind: 'found', datasets };
}

function asks(items: readonly { readonly id: string }[], id: string): boolean {
  return items.some((item) => item.id === id);
}

function opens({ datasets }: GenerateTokenRequest, modelId: string): boolean {
  return datasets.some(({ id, xmlaPermissions }) => id === modelId && xmlaPermissions === 'ReadOnly');
}

/** The token expires with the Entra token of the request, at most after an hour. The requested lifetime can only shorten it. */
export function issueEmbedToken(
  { nowMs, caller, url }: PowerBiService,
  request: GenerateTokenRequest,
  itemIds: readonly string[] = request.reports.map(({ id }) => id),
): Answer {
  const asked = request.lifetimeInMinutes === 0 ? defaultLifetimeMinutes : request.lifetimeInMinutes;
  const lifetimeMinutes = Math.min(asked, defaultLifetimeMinutes);
  const content: EmbedTokenContent = {
    tokenId: randomUUID(),
    expiresAtSeconds: Math.min(Math.floor(nowMs() / 1000) + lifetimeMinutes * 60, caller.tokenExpiresAtSeconds),
    grantedTo: caller.oid,
    request,
    itemIds,
  };
  return {
    status: 200,
    body: {
      '@odata.context': `${url}/v1.0/myorg/$metadata#Microsoft.PowerBI.ServiceContracts.Api.V1.GenerateTokenResponse`,
      token: gzipSync(JSON.stringify(content)).toString('base64'),
      tokenId: content.tokenId,
      expiration: new Date(content.expiresAtSeconds * 1000).toISOString().replace('.000Z', 'Z'),
    },
  };
}
