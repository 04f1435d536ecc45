import { DATASETS_ANSWER, ERRORS, healthAnswer, REDIRECT_ANSWER, TOKEN_ANSWER } from './answers.ts';
import { MIN_TTL_SCHEMA } from './schemas.ts';

const query = (name: string, description: string, schema: object = { type: 'string' }): object => ({
  name,
  in: 'query',
  description,
  schema,
});

const MIN_TTL = query('min_ttl', 'The token should live for at least this many seconds.', MIN_TTL_SCHEMA);
const WORKSPACE = query('workspace', 'One workspace; My workspace without.', { type: 'string', format: 'uuid' });
const SIGN_IN_PROFILE = query('profile', 'The profile to sign in with; the only one there is, without.');
const RETURN_TO = query(
  'return_to',
  'Where to go afterwards: a path of this site, or an address of an allowed origin.',
);

const PROFILE = {
  name: 'profile',
  in: 'path',
  required: true,
  description: 'The profile, as profiles.json names it.',
  schema: { type: 'string' },
};
const REQUESTED_WITH = {
  name: 'X-Requested-With',
  in: 'header',
  required: true,
  description: 'Any value: no foreign page can add this header.',
  schema: { type: 'string' },
};

/** Open to anyone. */
const OPEN: readonly object[] = [];
const BY_SESSION = [{ signInSession: [] }];

const MIN_TTL_BODY = {
  required: false,
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/TokenWish' } },
    'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/TokenWish' } },
  },
};

function tokenPath(operationId: string, summary: string, parameters: readonly object[] = []): object {
  const common = { summary, tags: ['tokens'], parameters: [...parameters, MIN_TTL] };
  const responses = { '200': TOKEN_ANSWER, ...ERRORS };
  return {
    get: { operationId, ...common, responses },
    post: { operationId: `${operationId}ByPost`, ...common, requestBody: MIN_TTL_BODY, responses },
  };
}

function datasetsPath(operationId: string, summary: string, parameters: readonly object[] = []): object {
  return {
    get: {
      operationId,
      summary,
      tags: ['power-bi'],
      parameters: [...parameters, WORKSPACE],
      responses: { '200': DATASETS_ANSWER, ...ERRORS },
    },
  };
}

const AUTH_PATHS = {
  '/auth/sign-in': {
    get: {
      operationId: 'signIn',
      summary: 'Send a person to Entra to sign in',
      tags: ['sign-in'],
      security: OPEN,
      parameters: [SIGN_IN_PROFILE, RETURN_TO, query('claims', 'The claims challenge of an interaction_required.')],
      responses: { '302': REDIRECT_ANSWER, ...ERRORS },
    },
  },
  '/auth/callback': {
    get: {
      operationId: 'completeSignIn',
      summary: 'Where Entra sends the person back to',
      tags: ['sign-in'],
      security: OPEN,
      parameters: [query('code', 'The authorization code.'), query('state', 'What /auth/sign-in sent along.')],
      responses: { '200': { description: 'Signed in.' }, '302': REDIRECT_ANSWER, ...ERRORS },
    },
  },
  '/auth/sign-out': Object.fromEntries(
    (['get', 'post'] as const).map((method) => [
      method,
      {
        operationId: method === 'get' ? 'signOut' : 'signOutByPost',
        summary: 'End the sign-in in this browser',
        tags: ['sign-in'],
        security: OPEN,
        parameters: [SIGN_IN_PROFILE, RETURN_TO],
        responses: { '200': { description: 'Signed out.' }, '302': REDIRECT_ANSWER, ...ERRORS },
      },
    ]),
  ),
  '/auth/token': {
    get: {
      operationId: 'getOwnToken',
      summary: "The signed-in person's own Power BI token",
      tags: ['sign-in'],
      security: BY_SESSION,
      parameters: [REQUESTED_WITH, SIGN_IN_PROFILE, MIN_TTL],
      responses: { '200': TOKEN_ANSWER, ...ERRORS },
    },
  },
};

const HEALTH_PATHS = {
  '/health': {
    get: {
      operationId: 'getHealth',
      summary: 'Liveness',
      tags: ['health'],
      security: OPEN,
      responses: { '200': healthAnswer('The process answers.') },
    },
    head: {
      operationId: 'headHealth',
      summary: 'Liveness, without a body',
      tags: ['health'],
      security: OPEN,
      responses: { '200': { description: 'The process answers.' } },
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
        '403': ERRORS['403'],
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
      security: OPEN,
      responses: {
        '200': { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  },
  '/.well-known/oauth-protected-resource': {
    get: {
      operationId: 'getProtectedResourceMetadata',
      summary: 'Where a caller gets a token for this API (RFC 9728), with CALLER_AUTH=entra',
      tags: ['health'],
      security: OPEN,
      responses: {
        '200': {
          description: 'RFC 9728',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ProtectedResource' } } },
        },
        '400': ERRORS['400'],
      },
    },
  },
};

/** Every route, relative to the route prefix. */
export const PATHS = {
  '/token': tokenPath('getToken', 'The access token of the profile "default"'),
  '/token/{profile}': tokenPath('getTokenOfProfile', 'The access token of a profile', [PROFILE]),
  '/tokens/GetAccessToken': tokenPath(
    'getAccessToken',
    'The same answer as /token, for front-ends written for this address',
  ),
  '/datasets': datasetsPath('getDatasets', 'The datasets that the token of "default" can see'),
  '/datasets/{profile}': datasetsPath('getDatasetsOfProfile', "The datasets that a profile's token can see", [PROFILE]),
  ...AUTH_PATHS,
  ...HEALTH_PATHS,
};
