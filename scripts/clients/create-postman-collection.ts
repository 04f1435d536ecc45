import { seed } from '../../local/emulators/seed.ts';
import { openApi, type Operation, type Parameter } from './openapi.ts';

/** The operations for programs. The sign-in routes are for browsers. */
const folders = openApi.tags.filter(({ name }) => name !== 'sign-in');

/** Needs CALLER_AUTH=entra. */
const leftOut = ['getProtectedResourceMetadata'];

const { workspace } = seed;

/** The variable of the environment that fills a parameter, with its value in `npm start`. */
const environmentVariables: Readonly<Record<string, { readonly variable: string; readonly value: string }>> = {
  profile: { variable: 'profile', value: 'default' },
  workspace: { variable: 'workspaceId', value: workspace.id },
  workspaceId: { variable: 'workspaceId', value: workspace.id },
  datasetId: { variable: 'datasetId', value: workspace.salesDatasetId },
  reportId: { variable: 'reportId', value: workspace.salesReportId },
  dashboardId: { variable: 'dashboardId', value: workspace.dashboardId },
  tileId: { variable: 'tileId', value: workspace.salesTileId },
};

/** Bodies of requests that need one. */
const bodies: Readonly<Record<string, object>> = {
  createEmbedToken: { reports: [{ id: '{{reportId}}' }] },
};

/** The variables that a request sets for later ones. */
const afterwards: Readonly<Record<string, string>> = {
  startRefresh: "pm.environment.set('refreshId', pm.response.json().refresh_id);",
};

/** The values of `npm start`. */
export function createPostmanEnvironment(): object {
  const ids = Object.values(environmentVariables).map(({ variable, value }) => [variable, value] as const);
  const values = [['baseUrl', 'http://localhost:7071/api'] as const, ...new Map(ids)];
  return {
    name: 'Power BI token function (npm start)',
    values: [
      ...values.map(([key, value]) => ({ key, value, type: 'default', enabled: true })),
      { key: 'functionKey', value: '', type: 'secret', enabled: true },
    ],
    _postman_variable_scope: 'environment',
  };
}

/** A Postman collection (v2.1) with one request for each operation of the OpenAPI document. */
export function createPostmanCollection(): object {
  return {
    info: {
      name: openApi.info.title,
      description: openApi.info.description,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: {
      type: 'apikey',
      apikey: [
        { key: 'key', value: 'x-functions-key', type: 'string' },
        { key: 'value', value: '{{functionKey}}', type: 'string' },
        { key: 'in', value: 'header', type: 'string' },
      ],
    },
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testOfEveryRequest } }],
    item: folders.map(({ name, description }) => ({ name, description, item: createRequests(name) })),
  };
}

function createRequests(tag: string): object[] {
  return Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags, operationId }]) => tags.includes(tag) && !leftOut.includes(operationId))
      .map(([method, operation]) => createRequest(path, method.toUpperCase(), operation)),
  );
}

function createRequest(path: string, method: string, operation: Operation): object {
  const { operationId, summary, parameters, requestBody, security } = operation;
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const pathWithVariables = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
  return {
    name: `${method} ${path}`,
    request: {
      method,
      description: `${summary}.\n\n${operationId}`,
      // An open route needs no key.
      ...(security?.length === 0 ? { auth: { type: 'noauth' } } : {}),
      header: requestBody === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
      ...(requestBody === undefined
        ? {}
        : { body: { mode: 'raw', raw: JSON.stringify(bodies[operationId.replace('OfProfile', '')] ?? {}) } }),
      url: {
        raw: `{{baseUrl}}${pathWithVariables}`,
        host: ['{{baseUrl}}'],
        path: pathWithVariables.slice(1).split('/'),
        query: query.map(describeQuery),
      },
    },
    ...createEvents(operation),
  };
}

/** Parameters with a variable are enabled, the others are disabled. */
function describeQuery({ name, description, required }: Parameter): object {
  const isKnown = name in environmentVariables;
  return { key: name, value: isKnown ? valueOf(name) : '', description, disabled: required !== true && !isKnown };
}

function valueOf(name: string): string {
  return `{{${environmentVariables[name]?.variable ?? name}}}`;
}

/** Shows the app's error. Azure answers a missing or wrong key without a body. */
const testOfEveryRequest = [
  "pm.test('It works', () => {",
  '  if (pm.response.code < 400) return;',
  "  const problem = pm.response.text() === '' ? { detail: 'The function key is missing or wrong.' } : pm.response.json();",
  '  pm.expect.fail(`${pm.response.code} ${problem.code}: ${problem.detail} ${problem.hint}`);',
  '});',
];

function createEvents({ operationId, responses }: Operation): object {
  const { content = {} } = responses['200'] ?? responses['202'] ?? { content: {} };
  const reference = Object.values(content)[0]?.schema.$ref?.split('/').at(-1) ?? '';
  const required = openApi.components.schemas[reference]?.required ?? [];
  if (required.length === 0) return {};
  const exec = [
    "pm.test('The answer has every member of its description', () => {",
    `  pm.expect(pm.response.json()).to.include.all.keys(${required.map((name) => `'${name}'`).join(', ')});`,
    '});',
    ...(operationId in afterwards ? [afterwards[operationId]] : []),
  ];
  return { event: [{ listen: 'test', script: { type: 'text/javascript', exec } }] };
}
