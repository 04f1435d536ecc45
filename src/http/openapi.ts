import { ERROR_CODES } from '../errors.ts';

const VERSION = '0.1.0';

const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const ERRORS = {
  '400': problem('A parameter or the body is not valid.'),
  '401': problem('No caller credential, or one that does not verify.'),
  '403': problem('The caller is known, and no grant lets it do this.'),
  '404': problem('No profile of that name.'),
  '405': problem('Method not allowed.'),
  '429': problem("The caller's own limit."),
  '500': problem('A setting is wrong, or this program has a defect.'),
  '502': problem('Key Vault, the issuer or Power BI refused.'),
  '503': problem('An upstream is away: ask again after Retry-After seconds.'),
};

const MIN_TTL = {
  name: 'min_ttl',
  in: 'query',
  description: 'The token should live for at least this many seconds.',
  schema: { type: 'integer', minimum: 0, maximum: 3600, default: 0 },
};

const PROFILE = {
  name: 'profile',
  in: 'path',
  required: true,
  description: 'The profile, as profiles.json names it.',
  schema: { type: 'string' },
};

const TOKEN_ANSWER = {
  description: 'The token, with what is known of its expiry.',
  headers: { 'Cache-Control': { schema: { const: 'no-store' } } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Token' } } },
};

const MIN_TTL_BODY = {
  required: false,
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/TokenWish' } },
    'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/TokenWish' } },
  },
};

function tokenPath(operationId: string, summary: string, parameters: readonly object[] = []): object {
  const responses = { '200': TOKEN_ANSWER, ...ERRORS };
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    get: { operationId, summary, tags: ['tokens'], parameters: [MIN_TTL], responses },
    post: {
      operationId: `${operationId}ByPost`,
      summary,
      tags: ['tokens'],
      parameters: [MIN_TTL],
      requestBody: MIN_TTL_BODY,
      responses,
    },
  };
}

const TOKEN_SCHEMA = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in', 'expires_on', 'expires_at', 'refresh_in', 'scope', 'profile'],
  properties: {
    access_token: { type: 'string' },
    token_type: { const: 'Bearer' },
    expires_in: { type: 'integer', minimum: 0, description: 'Seconds left at the moment of answering.' },
    expires_on: { type: 'integer', description: 'The instant the token ends, in seconds since 1970 UTC.' },
    expires_at: { type: 'string', format: 'date-time', description: 'The same instant, for people.' },
    refresh_in: {
      type: 'integer',
      minimum: 0,
      description: 'Seconds until the next one should be asked for; 0 = now.',
    },
    scope: { type: 'string', description: 'What was asked of the issuer.' },
    profile: { type: 'string', description: 'Which profile answered.' },
  },
};

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { enum: Object.keys(ERROR_CODES) },
    hint: { type: 'string', description: 'What to do about it.' },
    error: { type: 'string', description: 'RFC 6749 section 5.2, on the routes that give tokens.' },
    error_description: { type: 'string' },
    claims: { type: 'string', description: "The issuer's challenge, with interaction_required." },
    upstream: {
      type: 'object',
      required: ['service'],
      properties: {
        service: { enum: ['identity-endpoint', 'key-vault', 'issuer', 'power-bi'] },
        status: { type: 'integer' },
        code: { type: 'string' },
        correlation_id: { type: 'string' },
        trace_id: { type: 'string' },
      },
    },
    request_id: { type: 'string', description: 'The invocation id, which the log carries too.' },
  },
};

const HEALTH_SCHEMA = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { enum: ['pass', 'warn', 'fail'] },
    checks: {
      type: 'object',
      additionalProperties: {
        type: 'array',
        items: {
          type: 'object',
          required: ['status', 'time'],
          properties: {
            status: { enum: ['pass', 'warn', 'fail'] },
            time: { type: 'string', format: 'date-time' },
            output: { type: 'string' },
            hint: { type: 'string' },
            profile: { type: 'string' },
            secretExpiresInDays: { type: 'integer' },
          },
        },
      },
    },
  },
};

const healthAnswer = (description: string): object => ({
  description,
  content: { 'application/health+json': { schema: { $ref: '#/components/schemas/Health' } } },
});

/** What this program answers, as OpenAPI 3.1. The addresses are relative to the route prefix. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Power BI token function',
    version: VERSION,
    description: 'Power BI access tokens, without the secret behind them.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/api' }],
  security: [{ functionKey: [] }],
  paths: {
    '/token': tokenPath('getToken', 'The access token of the profile "default"'),
    '/token/{profile}': tokenPath('getTokenOfProfile', 'The access token of a profile', [PROFILE]),
    '/tokens/GetAccessToken': tokenPath(
      'getAccessToken',
      'The same answer as /token, for front-ends written for this address',
    ),
    '/health': {
      get: {
        operationId: 'getHealth',
        summary: 'Liveness',
        tags: ['health'],
        security: [],
        responses: { '200': healthAnswer('The process answers.') },
      },
    },
    '/health/ready': {
      get: {
        operationId: 'getReadiness',
        summary: 'What works and what does not, with hints',
        tags: ['health'],
        responses: {
          '200': healthAnswer('pass or warn'),
          '401': ERRORS['401'],
          '500': ERRORS['500'],
          '503': healthAnswer('fail'),
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'getOpenApi',
        summary: 'This document',
        tags: ['health'],
        security: [],
        responses: { '200': { description: 'OpenAPI 3.1', content: { 'application/json': {} } } },
      },
    },
  },
  components: {
    securitySchemes: {
      functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'With CALLER_AUTH=key.' },
    },
    schemas: {
      Token: TOKEN_SCHEMA,
      TokenWish: { type: 'object', properties: { min_ttl: MIN_TTL.schema } },
      Problem: PROBLEM_SCHEMA,
      Health: HEALTH_SCHEMA,
    },
  },
} as const;
