import { ROUTES, type Route, type RouteName } from '../routes.ts';
import { OPERATIONS, PATH_PARAMETERS, type Operation } from './operations.ts';
import { SCHEMAS } from './schemas.ts';

/** The OpenAPI 3.1 document: paths and methods come from `ROUTES`, descriptions and answers from `OPERATIONS`. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Power BI token function',
    version: '0.1.0',
    description: 'Power BI access tokens, embed tokens, lists and dataset refreshes, for callers without a secret.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/api' }],
  security: [{ functionKey: [] }, { entra: [] }, { easyAuth: [] }],
  tags: [
    { name: 'tokens', description: 'Power BI access tokens' },
    { name: 'power-bi', description: 'Embed tokens, lists and dataset refreshes' },
    { name: 'sign-in', description: "People's own tokens" },
    { name: 'health', description: 'Health, and the description of this API' },
  ],
  paths: Object.fromEntries(
    (Object.keys(ROUTES) as RouteName[]).flatMap((name) => describePaths(ROUTES[name], OPERATIONS[name])),
  ),
  components: {
    securitySchemes: {
      functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'With CALLER_AUTH=key.' },
      entra: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'With CALLER_AUTH=entra or CALLER_AUTH=oidc.',
      },
      easyAuth: {
        type: 'apiKey',
        in: 'cookie',
        name: 'AppServiceAuthSession',
        description: 'With CALLER_AUTH=easyauth: App Service Authentication in front.',
      },
      signInSession: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-powerbi-session-PROFILE.0',
        description: 'Set by /auth/callback.',
      },
    },
    schemas: SCHEMAS,
  },
};

/** OpenAPI has no optional path parameter: a route that ends in `{profile?}` is two paths. */
function describePaths(route: Route, operation: Operation): [path: string, item: object][] {
  const [, base = route.path, name] = /^(.*)\/\{(\w+)\?\}$/.exec(route.path) ?? [];
  const paths: [string, object][] = [[`/${base}`, describePath(route, operation, '')]];
  if (name !== undefined) paths.push([`/${base}/{${name}}`, describePath(route, operation, `{${name}}`)]);
  return paths;
}

function describePath(route: Route, operation: Operation, optional: string): object {
  const names = [...`${route.path.replace(/\{\w+\?\}/, '')}${optional}`.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']) => name,
  );
  const { id, summary, tag, parameters = [], requestBody, responses, security } = operation;
  const ofProfile = optional === '' ? '' : 'OfProfile';
  return Object.fromEntries(
    route.methods.map((method) => [
      method.toLowerCase(),
      {
        operationId: `${id}${ofProfile}${suffixOf(method, route)}`,
        summary,
        tags: [tag],
        ...(route.access === 'open' ? { security: security === 'session' ? [{ signInSession: [] }] : [] } : {}),
        parameters: [...names.map((name) => PATH_PARAMETERS[name]), ...parameters],
        ...(method === 'POST' && requestBody !== undefined ? { requestBody } : {}),
        responses: method === 'HEAD' ? { '200': { description: 'The headers of GET, without a body.' } } : responses,
      },
    ]),
  );
}

/** The first method of a route needs no suffix. */
function suffixOf(method: string, { methods }: Route): string {
  if (method === methods[0]) return '';
  return `By${method.charAt(0)}${method.slice(1).toLowerCase()}`;
}
