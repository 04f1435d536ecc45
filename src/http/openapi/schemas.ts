import { ERROR_CODES } from '../../errors.ts';

export const MIN_TTL_SCHEMA = { type: 'integer', minimum: 0, maximum: 3600, default: 0 };

const TOKEN = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in', 'expires_on', 'expires_at', 'refresh_in', 'scope', 'profile'],
  properties: {
    access_token: { type: 'string' },
    token_type: { type: 'string', const: 'Bearer' },
    expires_in: { type: 'integer', minimum: 0, description: 'Seconds left at the moment of answering.' },
    expires_on: { type: 'integer', description: 'The instant the token ends, in seconds since 1970 UTC.' },
    expires_at: { type: 'string', format: 'date-time', description: 'The same instant, for people.' },
    refresh_in: {
      type: 'integer',
      minimum: 0,
      description: 'Seconds until the next token should be requested; 0 = now.',
    },
    scope: { type: 'string', description: 'What was requested from the issuer.' },
    profile: { type: 'string', description: 'Which profile answered.' },
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
        'Stock OAuth clients send it. The answer then has the members of RFC 6749 with expires_on and refresh_in, without expires_at and profile, and errors are application/json.',
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
    hint: { type: 'string', description: 'What to do about it.' },
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
    request_id: { type: 'string', description: 'The invocation id, which the log carries too.' },
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
  Problem: PROBLEM,
  Check: CHECK,
  Health: HEALTH,
  ProtectedResource: PROTECTED_RESOURCE,
};
