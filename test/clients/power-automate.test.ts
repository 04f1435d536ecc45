import { readFileSync } from 'node:fs';
import SwaggerParser from '@apidevtools/swagger-parser';
import createClient from 'swagger-client';
import { seed } from '../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly 'x-ms-summary'?: string;
  readonly 'x-ms-dynamic-values'?: { readonly operationId: string; readonly parameters: object };
}

interface Definition {
  readonly host: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}

const file = 'clients/power-automate/apiDefinition.swagger.json';
const definition = JSON.parse(readFileSync(file, 'utf8')) as Definition;
const operations = Object.values(definition.paths).flatMap((methods) => Object.values(methods));
const hostKey = 'a-function-key-for-this-test';
const { id: workspaceId, salesDatasetId } = seed.workspace;

let app: BuiltApp;
beforeAll(async () => {
  const forAnyone = { callers: [{ anyone: true }], profiles: ['default'] };
  app = await startBuiltApp({
    hostKey,
    profilesFile: {
      profiles: {},
      grants: [
        { ...forAnyone, actions: ['token'] },
        { ...forAnyone, actions: ['workspaces', 'reports', 'datasets', 'refresh'], workspaces: [workspaceId] },
      ],
    },
  });
}, 60_000);
afterAll(() => app.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls an operation like a connection with this key. Returns errors as answers. */
async function call(operationId: string, parameters: object, key = hostKey): Promise<Answer> {
  const { host } = new URL(app.url);
  const client = await createClient({
    spec: { ...definition, host, schemes: ['http'] },
    authorizations: { api_key: key },
  });
  try {
    return (await client.execute({ operationId, parameters })) as Answer;
  } catch (error) {
    const { response } = error as { response?: Answer };
    if (response === undefined) throw error;
    return response;
  }
}

test('the definition is valid OpenAPI 2.0', async () => {
  expect(await SwaggerParser.validate(file)).toMatchObject({ swagger: '2.0' });
});

test('every action has an id of its own, texts for the designer and a default error', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { summary, description, parameters, responses } of operations) {
    expect([summary, description].every((text) => text.length > 5)).toBe(true);
    expect(parameters.filter((parameter) => parameter['x-ms-summary'] === undefined)).toEqual([]);
    expect(responses['default']?.schema.$ref).toBe('#/definitions/Problem');
  }
});

test('every picker reads its values from an existing action, with parameters that both have', () => {
  const pickers = operations.flatMap(({ parameters }) =>
    parameters.flatMap(({ 'x-ms-dynamic-values': values }) =>
      values === undefined ? [] : [{ values, names: parameters.map(({ name }) => name) }],
    ),
  );
  expect(pickers.length).toBeGreaterThan(3);
  for (const { values, names } of pickers) {
    const source = operations.find(({ operationId }) => operationId === values.operationId);
    const sourceNames = source?.parameters.map(({ name }) => name) ?? [];
    expect(sourceNames).toEqual(expect.arrayContaining(Object.keys(values.parameters)));
    const used = Object.values(values.parameters as Record<string, { parameter: string }>);
    expect(names).toEqual(expect.arrayContaining(used.map(({ parameter }) => parameter)));
  }
});

test.each([
  ['GetToken', { profile: 'default' }, { token_type: 'Bearer' }],
  ['ListWorkspaces', { profile: 'default' }, { value: [expect.objectContaining({ id: workspaceId })] }],
  ['ListReports', { profile: 'default', workspace: workspaceId }, { value: expect.any(Array) }],
  ['ListDatasets', { profile: 'default', workspace: workspaceId }, { value: expect.any(Array) }],
])('the generated client calls %s', async (operationId, parameters, body) => {
  expect(await call(operationId, parameters)).toMatchObject({ status: 200, body });
});

test('the generated client refreshes a dataset, and no answer contains a token', async () => {
  const dataset = { workspaceId, datasetId: salesDatasetId };
  const started = await call('StartRefresh', dataset);
  expect(started).toMatchObject({ status: 202, body: { refresh_id: expect.any(String), status: 'InProgress' } });
  const status = await call('GetRefresh', { ...dataset, refreshId: started.body['refresh_id'] });
  expect([200, 202]).toContain(status.status);
  expect(JSON.stringify([started.body, status.body])).not.toContain('eyJ');
});

test('an error has the members that the definition describes', async () => {
  const answer = await call('GetToken', { profile: 'unknown' });
  expect(answer).toMatchObject({
    status: 404,
    body: { code: 'unknown_profile', detail: expect.any(String), request_id: expect.any(String) },
  });
});

test('the host refuses a wrong key without a body', async () => {
  expect(await call('GetToken', { profile: 'default' }, 'wrong')).toMatchObject({ status: 401, text: { size: 0 } });
});

test('these tests call every action', () => {
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual([
    'GetRefresh',
    'GetToken',
    'ListDatasets',
    'ListReports',
    'ListWorkspaces',
    'StartRefresh',
  ]);
});

test('the icon is a square PNG', () => {
  const png = readFileSync('clients/power-automate/icon.png');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(png.readUInt32BE(20));
});
