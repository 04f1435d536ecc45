import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import type { EmbedInput } from '../power-bi/embed-input.ts';
import { describeExpiry } from '../tokens/access-token.ts';
import type { GuardedRequest, Handler } from './handler.ts';
import { issueEmbedToken, type EmbedDependencies, type IssuedEmbed } from './issue-embed-token.ts';
import { readId, readSingle } from './parameters.ts';
import { respondJson } from './respond.ts';

/** powerbi-client's TokenType.Embed. */
const TOKEN_TYPE_EMBED = 1;

const ACCESS = { View: 0, Edit: 1 } as const;
type Access = keyof typeof ACCESS;

/** The members of an item for `powerbi.embed()`, without its URL and the token. */
type Config = Readonly<Record<string, string | number>>;

/** `/embed/{workspaceId}/{reportId}`: everything that powerbi-client needs to embed a report. */
export function createEmbedReportHandler(dependencies: EmbedDependencies): Handler<GuardedRequest> {
  return async (request) => {
    const { http } = request;
    const workspaceId = readId(http.params, 'workspaceId');
    const id = readId(http.params, 'reportId');
    const access = readAccess(http);
    const input: EmbedInput = {
      kind: 'items',
      reports: [{ id, allowEdit: access === 'Edit' }],
      datasets: [],
      targetWorkspaceIds: [],
      ...NOTHING_MORE,
    };
    const issued = await issue(request, { workspaceId, input, access }, dependencies);
    const isPaginated = issued.embed.item?.isPaginated === true;
    // powerbi-client's Permissions and ViewMode have the same numbers for both levels.
    const modes = isPaginated ? {} : { permissions: ACCESS[access], viewMode: ACCESS[access] };
    return respond(issued, { type: 'report', id, ...modes }, dependencies);
  };
}

/** `/embed/{workspaceId}/dashboards/{dashboardId}`. */
export function createEmbedDashboardHandler(dependencies: EmbedDependencies): Handler<GuardedRequest> {
  return async (request) => {
    const { params } = request.http;
    const workspaceId = readId(params, 'workspaceId');
    const id = readId(params, 'dashboardId');
    const input: EmbedInput = { kind: 'dashboard', workspaceId, id, ...NOTHING_MORE };
    return respond(await issue(request, { workspaceId, input }, dependencies), { type: 'dashboard', id }, dependencies);
  };
}

/** `/embed/{workspaceId}/dashboards/{dashboardId}/tiles/{tileId}`. */
export function createEmbedTileHandler(dependencies: EmbedDependencies): Handler<GuardedRequest> {
  return async (request) => {
    const { params } = request.http;
    const workspaceId = readId(params, 'workspaceId');
    const dashboardId = readId(params, 'dashboardId');
    const id = readId(params, 'tileId');
    const input: EmbedInput = { kind: 'tile', workspaceId, dashboardId, id, ...NOTHING_MORE };
    const issued = await issue(request, { workspaceId, input }, dependencies);
    return respond(issued, { type: 'tile', id, dashboardId }, dependencies);
  };
}

const NOTHING_MORE = { identities: undefined, lifetimeInMinutes: undefined } as const;

function issue(
  { http, audit, caller }: GuardedRequest,
  { workspaceId, input, access = 'View' }: { workspaceId: string; input: EmbedInput; access?: Access },
  dependencies: EmbedDependencies,
): Promise<IssuedEmbed> {
  return issueEmbedToken(
    { caller, audit },
    {
      profileName: readSingle(http.query, 'profile'),
      readInput: () => Promise.resolve(input),
      workspaceId,
      checkItem: ({ item }) => {
        if (access === 'View' || item?.isPaginated !== true) return;
        throw new ServiceError('invalid_request', 'A paginated report cannot be edited.', {
          hint: 'Leave access out, or send access=View.',
        });
      },
    },
    dependencies,
  );
}

function respond({ profile, embed, embedToken }: IssuedEmbed, config: Config, { clock }: EmbedDependencies) {
  const { token, tokenId } = embedToken;
  return respondJson({
    embed: { ...config, embedUrl: embed.item?.embedUrl, accessToken: token.value, tokenType: TOKEN_TYPE_EMBED },
    name: embed.item?.name,
    token_id: tokenId,
    ...describeExpiry(token, clock.now()),
    profile,
  });
}

function readAccess({ query }: HttpRequest): Access {
  const access = readSingle(query, 'access') ?? 'View';
  if (access === 'View' || access === 'Edit') return access;
  throw new ServiceError('invalid_request', 'The parameter access must be View or Edit.', {
    hint: 'Send access=View or access=Edit, or leave it out.',
  });
}
