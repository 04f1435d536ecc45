import { openApi, type Operation, type Parameter, type Response, type Schema } from './openapi.ts';

interface Action {
  readonly path: string;
  readonly method: 'get' | 'post';
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}

/** The operations of the OpenAPI document that become actions, with texts for makers of flows. */
const actions: readonly Action[] = [
  {
    path: '/refresh/{workspaceId}/{datasetId}',
    method: 'post',
    operationId: 'StartRefresh',
    summary: 'Start a dataset refresh',
    description: 'Starts a refresh, or returns the running one. The flow needs no token.',
  },
  {
    path: '/refresh/{workspaceId}/{datasetId}/{refreshId}',
    method: 'get',
    operationId: 'GetRefresh',
    summary: 'Get the status of a dataset refresh',
    description: 'Gets whether the refresh runs, has completed or has failed, and why.',
  },
  {
    path: '/workspaces/{profile}',
    method: 'get',
    operationId: 'ListWorkspaces',
    summary: 'List workspaces',
    description: 'Lists the workspaces that the profile can see and that a grant allows.',
  },
  {
    path: '/datasets/{profile}',
    method: 'get',
    operationId: 'ListDatasets',
    summary: 'List datasets',
    description: 'Lists the datasets (semantic models) of a workspace.',
  },
  {
    path: '/reports/{profile}',
    method: 'get',
    operationId: 'ListReports',
    summary: 'List reports',
    description: 'Lists the reports of a workspace.',
  },
  {
    path: '/token/{profile}',
    method: 'get',
    operationId: 'GetToken',
    summary: 'Get a Power BI access token',
    description:
      'Gets the access token of a profile. Switch on secure outputs for this action: the token is in its outputs.',
  },
];

const profile = { profile: { parameter: 'profile' } };
const pickWorkspace = pickFrom('ListWorkspaces', profile);
const pickDataset = pickFrom('ListDatasets', { ...profile, workspace: { parameter: 'workspaceId' } });

/** The title of a parameter in the designer, and the source of its picker. */
const parameterTexts: Readonly<Record<string, { readonly title: string } & Readonly<Record<string, unknown>>>> = {
  profile: { title: 'Profile', default: 'default', 'x-ms-visibility': 'advanced' },
  workspaceId: { title: 'Workspace', description: 'The workspace of the dataset.', ...pickWorkspace },
  workspace: { title: 'Workspace', ...pickWorkspace },
  datasetId: { title: 'Dataset', description: 'The dataset (semantic model) to refresh.', ...pickDataset },
  refreshId: { title: 'Refresh ID', description: 'The refresh_id of "Start a dataset refresh".' },
  min_ttl: { title: 'Minimum Lifetime', 'x-ms-visibility': 'advanced' },
};

function pickFrom(operationId: string, parameters: object): object {
  return {
    'x-ms-dynamic-values': {
      operationId,
      parameters,
      'value-collection': 'value',
      'value-path': 'id',
      'value-title': 'name',
    },
  };
}

/** apiDefinition.swagger.json: OpenAPI 2.0, the only version that custom connectors support. */
export function createConnectorDefinition(): object {
  return {
    swagger: '2.0',
    info: { ...openApi.info, title: 'Power BI Tokens', license: undefined },
    host: 'APP.azurewebsites.net',
    basePath: '/api',
    schemes: ['https'],
    consumes: ['application/json'],
    produces: ['application/json', 'application/problem+json'],
    paths: Object.fromEntries(actions.map((action) => [action.path, { [action.method]: createOperation(action) }])),
    definitions: createDefinitions(),
    securityDefinitions: { api_key: { type: 'apiKey', in: 'header', name: 'x-functions-key' } },
    security: [{ api_key: [] }],
    'x-ms-connector-metadata': [
      { propertyName: 'Website', propertyValue: 'https://powerbi.microsoft.com' },
      { propertyName: 'Categories', propertyValue: 'Business Intelligence' },
    ],
  };
}

function createOperation({ path, method, operationId, summary, description }: Action): object {
  const operation = findOperation(path, method);
  return {
    operationId,
    summary,
    description,
    'x-ms-visibility': 'important',
    parameters: operation.parameters.map(createParameter),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses)
          .filter(([status]) => status.startsWith('2'))
          .map(([status, response]) => [status, createResponse(response)]),
      ),
      default: { description: 'What is wrong, and what to do.', schema: { $ref: '#/definitions/Problem' } },
    },
  };
}

function findOperation(path: string, method: string): Operation {
  const operation = openApi.paths[path]?.[method];
  if (operation === undefined) throw new Error(`The OpenAPI document has no ${method} ${path}.`);
  return operation;
}

function createParameter({ name, in: place, required, description, schema }: Parameter): object {
  const { title, ...texts } = parameterTexts[name] ?? { title: toTitle(name), 'x-ms-visibility': 'advanced' };
  return {
    name,
    in: place,
    required: required ?? false,
    'x-ms-summary': title,
    description: description ?? '',
    ...(place === 'path' ? { 'x-ms-url-encoding': 'single' } : {}),
    ...toSchema2(schema),
    ...texts,
  };
}

function createResponse({ description, content = {} }: Response): object {
  const [body] = Object.values(content);
  return { description, ...(body === undefined ? {} : { schema: toSchema2(body.schema) }) };
}

/** The schemas that the actions use, also indirectly. */
function createDefinitions(): object {
  const names = new Set(['Problem']);
  const note = ({ $ref, items, properties = {} }: Schema): void => {
    const name = $ref?.split('/').at(-1);
    if (name !== undefined && !names.has(name)) {
      names.add(name);
      note(openApi.components.schemas[name] ?? {});
    }
    if (items !== undefined) note(items);
    Object.values(properties).forEach(note);
  };
  for (const { path, method } of actions) {
    for (const { content = {} } of Object.values(findOperation(path, method).responses)) {
      for (const { schema } of Object.values(content)) note(schema);
    }
  }
  return Object.fromEntries([...names].map((name) => [name, toSchema2(openApi.components.schemas[name] ?? {})]));
}

/** OpenAPI 2.0 has no `const`; every member gets a title for the designer. */
function toSchema2({ $ref, const: constant, properties, items, ...rest }: Schema): object {
  if ($ref !== undefined) return { $ref: $ref.replace('#/components/schemas/', '#/definitions/') };
  return {
    ...rest,
    ...(constant === undefined ? {} : { enum: [constant] }),
    ...(items === undefined ? {} : { items: toSchema2(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, schema]) => [
              name,
              schema.$ref === undefined ? { 'x-ms-summary': toTitle(name), ...toSchema2(schema) } : toSchema2(schema),
            ]),
          ),
        }),
  };
}

/** `access_token` becomes Access Token. */
function toTitle(name: string): string {
  return name
    .replace(/^\$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[_ ]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
