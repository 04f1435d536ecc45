import type { RouteName } from '../routes.ts';
import { json, problems, REDIRECT, schema, type Answer } from './answers.ts';
import { MIN_TTL_SCHEMA } from './schemas.ts';

export interface Operation {
  /** The operation id: `OfProfile` and `ByPost` are appended for further operations of the same route. */
  readonly id: string;
  readonly summary: string;
  readonly tag: 'tokens' | 'power-bi' | 'sign-in' | 'health';
  readonly parameters?: readonly object[];
  /** Of a POST. */
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, Answer>>;
  /** `session`: the sign-in cookie guards the route. */
  readonly security?: 'session';
}

const query = (name: string, description: string, type: object = { type: 'string' }): object => ({
  name,
  in: 'query',
  description,
  schema: type,
});

export const PATH_PARAMETERS: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    ['workspaceId', 'reportId', 'dashboardId', 'tileId', 'datasetId', 'refreshId'].map((name) => [
      name,
      { name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
    ]),
  ),
  profile: {
    name: 'profile',
    in: 'path',
    required: true,
    description: 'The name of the profile in profiles.json.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  },
};

const MIN_TTL = query('min_ttl', 'The token should live for at least this many seconds.', MIN_TTL_SCHEMA);
const SIGN_IN_PROFILE = query('profile', 'The sign-in profile. Optional if there is only one.');
const RETURN_TO = query('return_to', 'Where to go afterwards: a path of this site, or a URL of an allowed origin.');
const WORKSPACE = query('workspace', 'The id of a workspace. Without it: My workspace.', {
  type: 'string',
  format: 'uuid',
});
const REQUESTED_WITH = {
  name: 'X-Requested-With',
  in: 'header',
  required: true,
  description: 'Any value. A page of another origin cannot send this header unless CORS allows it.',
  schema: { type: 'string' },
};

const EMBED_PROFILE = query('profile', 'The name of the profile in profiles.json. Without it: default.');
const LIST_OPTIONS = [
  query('$top', 'The largest number of entries.', { type: 'integer' }),
  query('$skip', 'The number of entries to skip at the beginning.', { type: 'integer' }),
  query('$filter', 'An OData filter of Power BI.'),
];
const EMBED_ANSWER = { '200': json('For powerbi.embed(), with the expiry of the token.', 'Embed'), ...problems };

const TOKEN_ANSWER = { '200': json('The token and its expiry.', 'Token'), ...problems };
const TOKEN_REQUEST = {
  required: false,
  content: {
    'application/json': schema('TokenRequest'),
    'application/x-www-form-urlencoded': schema('TokenForm'),
  },
};

/** What each route is for and what it answers. Paths, methods and access come from `ROUTES`. */
export const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  token: {
    id: 'getToken',
    summary: 'Get the access token of a profile',
    tag: 'tokens',
    parameters: [MIN_TTL],
    requestBody: TOKEN_REQUEST,
    responses: TOKEN_ANSWER,
  },
  GetAccessToken: {
    id: 'getAccessToken',
    summary: 'Get the access token of the profile default, for front-ends that use this URL',
    tag: 'tokens',
    parameters: [MIN_TTL],
    requestBody: TOKEN_REQUEST,
    responses: TOKEN_ANSWER,
  },
  embedToken: {
    id: 'createEmbedToken',
    summary: 'Create a Power BI embed token for reports, datasets, a dashboard, a tile or a new report',
    tag: 'power-bi',
    requestBody: { required: true, content: { 'application/json': schema('EmbedTokenRequest') } },
    responses: { '200': json('The embed token and its expiry.', 'EmbedToken'), ...problems },
  },
  embedReport: {
    id: 'getReportEmbed',
    summary: 'Get everything that powerbi-client needs to embed a report',
    tag: 'power-bi',
    parameters: [
      EMBED_PROFILE,
      query('access', 'View, the default, or Edit.', { type: 'string', enum: ['View', 'Edit'] }),
    ],
    responses: EMBED_ANSWER,
  },
  embedDashboard: {
    id: 'getDashboardEmbed',
    summary: 'Get everything that powerbi-client needs to embed a dashboard',
    tag: 'power-bi',
    parameters: [EMBED_PROFILE],
    responses: EMBED_ANSWER,
  },
  embedTile: {
    id: 'getTileEmbed',
    summary: 'Get everything that powerbi-client needs to embed a tile',
    tag: 'power-bi',
    parameters: [EMBED_PROFILE],
    responses: EMBED_ANSWER,
  },
  workspacesOfProfile: {
    id: 'getWorkspaces',
    summary: 'List the workspaces that the token of a profile can see and a grant allows',
    tag: 'power-bi',
    parameters: LIST_OPTIONS,
    responses: { '200': json('The workspaces, as Power BI lists them.', 'Workspaces'), ...problems },
  },
  reportsOfProfile: {
    id: 'getReports',
    summary: 'List the reports that the token of a profile can see',
    tag: 'power-bi',
    parameters: [WORKSPACE, ...LIST_OPTIONS],
    responses: { '200': json('The reports, as Power BI lists them.', 'Reports'), ...problems },
  },
  startRefresh: {
    id: 'startRefresh',
    summary: 'Start a dataset refresh, or find the one that is running',
    tag: 'power-bi',
    parameters: [EMBED_PROFILE],
    responses: { '202': json('The refresh is running. Location is the URL of its status.', 'Refresh'), ...problems },
  },
  refreshStatus: {
    id: 'getRefresh',
    summary: 'Get the status of a dataset refresh',
    tag: 'power-bi',
    parameters: [EMBED_PROFILE],
    responses: {
      '200': json('The refresh has ended.', 'Refresh'),
      '202': json('The refresh is running.', 'Refresh'),
      ...problems,
    },
  },
  datasetsOfProfile: {
    id: 'getDatasets',
    summary: 'List the datasets that the token of a profile can see',
    tag: 'power-bi',
    parameters: [WORKSPACE, ...LIST_OPTIONS],
    responses: { '200': json('The datasets, as Power BI lists them.', 'Datasets'), ...problems },
  },
  signIn: {
    id: 'signIn',
    summary: 'Send a person to Entra to sign in',
    tag: 'sign-in',
    parameters: [SIGN_IN_PROFILE, RETURN_TO, query('claims', 'The claims challenge of an interaction_required.')],
    responses: { '302': REDIRECT, ...problems },
  },
  callback: {
    id: 'completeSignIn',
    summary: 'Complete a sign-in: Entra sends the browser here',
    tag: 'sign-in',
    parameters: [
      query('code', 'The authorization code.'),
      query('state', 'The state that /auth/sign-in sent to Entra.'),
    ],
    responses: { '200': { description: 'Signed in.' }, '302': REDIRECT, ...problems },
  },
  signOut: {
    id: 'signOut',
    summary: 'End the sign-in in this browser',
    tag: 'sign-in',
    parameters: [SIGN_IN_PROFILE, RETURN_TO],
    responses: { '200': { description: 'Signed out.' }, '302': REDIRECT, ...problems },
  },
  personToken: {
    id: 'getOwnToken',
    summary: "Get the signed-in person's own Power BI token",
    tag: 'sign-in',
    parameters: [REQUESTED_WITH, SIGN_IN_PROFILE, MIN_TTL],
    responses: TOKEN_ANSWER,
    security: 'session',
  },
  health: {
    id: 'getHealth',
    summary: 'Check that the process answers',
    tag: 'health',
    responses: { '200': json('The process answers.', 'Health') },
  },
  readiness: {
    id: 'getReadiness',
    summary: 'Get what works and what does not, with hints',
    tag: 'health',
    responses: {
      '200': json('pass or warn', 'Health'),
      '401': problems['401'],
      '403': problems['403'],
      '500': problems['500'],
      '503': json('fail', 'Health'),
    },
  },
  openapi: {
    id: 'getOpenApi',
    summary: 'Get this document',
    tag: 'health',
    responses: {
      '200': { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    },
  },
  protectedResource: {
    id: 'getProtectedResourceMetadata',
    summary: 'Get the issuer of tokens for this API (RFC 9728), with CALLER_AUTH=entra or oidc',
    tag: 'health',
    responses: { '200': json('RFC 9728', 'ProtectedResource'), '400': problems['400'] },
  },
};
