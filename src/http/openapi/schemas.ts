import { ERROR_CODES } from '../../errors.ts';

export const MIN_TTL_SCHEMA = { type: 'integer', minimum: 0, maximum: 3600, default: 0 };

const TOKEN = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in', 'expires_on', 'expires_at', 'refresh_in', 'scope', 'profile'],
  properties: {
    access_token: { type: 'string' },
    token_type: { type: 'string', const: 'Bearer' },
    expires_in: {
      type: 'integer',
      minimum: 0,
      description: 'Seconds until the token expires.',
    },
    expires_on: { type: 'integer', description: 'The instant at which the token expires, in seconds since 1970 UTC.' },
    expires_at: { type: 'string', format: 'date-time', description: 'The same instant, for people.' },
    refresh_in: {
      type: 'integer',
      minimum: 0,
      description: 'Seconds until the next token should be requested; 0 = now.',
    },
    scope: { type: 'string', description: 'The scope that was requested from the issuer.' },
    profile: { type: 'string', description: 'The profile that answered.' },
  },
};

const TOKEN_FORM = {
  type: 'object',
  properties: {
    min_ttl: MIN_TTL_SCHEMA,
    grant_type: {
      type: 'string',
      const: 'client_credentials',
      description:
        'Standard OAuth clients send this property. The answer then has the properties of RFC 6749, expires_on and refresh_in, but not expires_at and profile, and errors are application/json.',
    },
  },
};

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(ERROR_CODES) },
    hint: { type: 'string', description: 'What to do.' },
    error: { type: 'string', description: 'RFC 6749 section 5.2, on the routes that issue tokens.' },
    error_description: { type: 'string' },
    claims: { type: 'string', description: "The issuer's challenge, with interaction_required." },
    upstream: {
      type: 'object',
      required: ['service'],
      properties: {
        service: { type: 'string', enum: ['identity-endpoint', 'key-vault', 'issuer', 'power-bi'] },
        status: { type: 'integer' },
        code: { type: 'string' },
        correlation_id: { type: 'string' },
        trace_id: { type: 'string' },
      },
    },
    request_id: { type: 'string', description: 'The id of the request in the log.' },
  },
};

const CHECK = {
  type: 'object',
  required: ['status', 'time'],
  properties: {
    status: { type: 'string', enum: ['pass', 'warn', 'fail'] },
    time: { type: 'string', format: 'date-time' },
    output: { type: 'string' },
    hint: { type: 'string' },
    profile: { type: 'string' },
    secretExpiresInDays: { type: 'integer' },
  },
};

const HEALTH = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { type: 'string', enum: ['pass', 'warn', 'fail'] },
    checks: {
      type: 'object',
      additionalProperties: { type: 'array', items: { $ref: '#/components/schemas/Check' } },
    },
  },
};

const DATASETS = {
  type: 'object',
  required: ['value'],
  properties: {
    value: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
    },
  },
};

const ID = { type: 'string', format: 'uuid' };
const EXPIRY = {
  expires_in: TOKEN.properties.expires_in,
  expires_on: TOKEN.properties.expires_on,
  expires_at: TOKEN.properties.expires_at,
  refresh_in: TOKEN.properties.refresh_in,
};

const EMBED_TOKEN = {
  type: 'object',
  required: ['token', 'token_type', 'token_id', ...Object.keys(EXPIRY), 'profile'],
  properties: {
    token: { type: 'string', description: 'The embed token for powerbi-client, with TokenType.Embed.' },
    token_type: { type: 'string', const: 'Embed' },
    token_id: { ...ID, description: "The token's id in the audit log of Power BI." },
    ...EXPIRY,
    profile: TOKEN.properties.profile,
  },
};

const EMBED = {
  type: 'object',
  required: ['embed', 'name', 'token_id', ...Object.keys(EXPIRY), 'profile'],
  properties: {
    embed: {
      type: 'object',
      description: 'Goes into powerbi.embed() unchanged.',
      required: ['type', 'id', 'embedUrl', 'accessToken', 'tokenType'],
      properties: {
        type: { type: 'string', enum: ['report', 'dashboard', 'tile'] },
        id: ID,
        dashboardId: { ...ID, description: 'Of a tile.' },
        embedUrl: { type: 'string' },
        accessToken: { type: 'string', description: 'The embed token.' },
        tokenType: { type: 'integer', const: 1 },
        permissions: { type: 'integer', enum: [0, 1], description: '0 for View, 1 for Edit.' },
        viewMode: { type: 'integer', enum: [0, 1], description: '0 for View, 1 for Edit.' },
      },
    },
    name: { type: 'string' },
    token_id: EMBED_TOKEN.properties.token_id,
    ...EXPIRY,
    profile: TOKEN.properties.profile,
  },
};

const listOf = (properties: object, required: readonly string[] = ['id']): object => ({
  type: 'array',
  maxItems: 50,
  items: { type: 'object', required, properties, additionalProperties: false },
});

const EMBED_TOKEN_REQUEST = {
  type: 'object',
  description:
    "The body of Power BI's GenerateToken: reports and datasets, or exactly one of dashboard, tile and newReport.",
  additionalProperties: false,
  properties: {
    reports: listOf({ id: ID, allowEdit: { type: 'boolean', default: false } }),
    datasets: listOf({ id: ID, xmlaPermissions: { type: 'string', enum: ['Off', 'ReadOnly'], default: 'Off' } }),
    targetWorkspaces: listOf({ id: ID }),
    dashboard: { type: 'object', required: ['id', 'workspaceId'], properties: { id: ID, workspaceId: ID } },
    tile: {
      type: 'object',
      required: ['id', 'dashboardId', 'workspaceId'],
      properties: { id: ID, dashboardId: ID, workspaceId: ID },
    },
    newReport: {
      type: 'object',
      required: ['workspaceId', 'datasetId'],
      properties: { workspaceId: ID, datasetId: ID },
    },
    identities: {
      ...listOf(
        {
          username: { type: 'string', maxLength: 256 },
          roles: { type: 'array', maxItems: 50, items: { type: 'string', maxLength: 50 } },
          customData: { type: 'string' },
          auditableContext: { type: 'string' },
          datasets: { type: 'array', items: ID },
        },
        ['username', 'datasets'],
      ),
      description: 'Only for callers whose grant has "identity": "from-request".',
    },
    lifetimeInMinutes: { type: 'integer', minimum: 0, maximum: 1440 },
  },
};

const REFRESH = {
  type: 'object',
  required: ['refresh_id', 'status'],
  properties: {
    refresh_id: ID,
    status: { type: 'string', enum: ['InProgress', 'Completed', 'Failed', 'Cancelled', 'TimedOut', 'Disabled'] },
    started_at: { type: 'string', format: 'date-time' },
    ended_at: { type: 'string', format: 'date-time' },
    error_code: { type: 'string', description: "Power BI's own code." },
    hint: { type: 'string' },
  },
};

const PROTECTED_RESOURCE = {
  type: 'object',
  description: 'RFC 9728.',
  required: ['resource', 'authorization_servers'],
  properties: {
    resource: { type: 'string', format: 'uri' },
    authorization_servers: { type: 'array', items: { type: 'string', format: 'uri' } },
    scopes_supported: { type: 'array', items: { type: 'string' } },
    bearer_methods_supported: { type: 'array', items: { type: 'string' } },
  },
};

export const SCHEMAS = {
  Token: TOKEN,
  TokenRequest: { type: 'object', properties: { min_ttl: MIN_TTL_SCHEMA } },
  TokenForm: TOKEN_FORM,
  Datasets: DATASETS,
  Reports: DATASETS,
  Workspaces: DATASETS,
  EmbedToken: EMBED_TOKEN,
  EmbedTokenRequest: EMBED_TOKEN_REQUEST,
  Embed: EMBED,
  Refresh: REFRESH,
  Problem: PROBLEM,
  Check: CHECK,
  Health: HEALTH,
  ProtectedResource: PROTECTED_RESOURCE,
};
