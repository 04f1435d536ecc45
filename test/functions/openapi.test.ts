import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seed } from '../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';
import { peopleProfile } from '../support/people.ts';

interface OpenApi {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

interface OpenApiResponse {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}

const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

let app: BuiltApp;
let document: OpenApi;
beforeAll(async () => {
  app = await startBuiltApp({
    settings: { CALLER_AUTH: 'none', SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri },
    profilesFile: { profiles: { people: peopleProfile } },
  });
  document = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as OpenApi;
}, 60_000);
afterAll(() => app.close());

/** An independent validator. It is an ES module, which Jest cannot load, so it runs as a separate program. */
function validate(content: unknown): string {
  const file = join(app.directory, 'openapi.json');
  writeFileSync(file, JSON.stringify(content));
  const program = resolve('node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js');
  return execFileSync(process.execPath, [program, file], { encoding: 'utf8', stdio: 'pipe' });
}

test('the document is valid OpenAPI 3.1', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(JSON.parse(validate(document))).toMatchObject({ valid: true });
  expect(() => validate({ ...document, paths: { token: {} } })).toThrow();
});

test('every reference in it resolves', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  const followed = references.map((path) =>
    path.split('/').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document),
  );
  expect(references.length).toBeGreaterThan(0);
  expect(followed.every((value) => typeof value === 'object')).toBe(true);
});

test('it names every route that the bundle registers, and no other', () => {
  const prefix = document.servers[0]?.url ?? '';
  const registered = app.routes
    .filter(({ functionName }) => !functionName.endsWith('-people'))
    .flatMap(({ path }) =>
      path.endsWith('/{profile?}') ? [path.replace('/{profile?}', ''), path.replace('?}', '}')] : [path],
    );
  expect(
    Object.keys(document.paths)
      .map((path) => `${prefix}${path}`)
      .sort(),
  ).toEqual(registered.sort());
});

test('the methods of each path are those that the route allows', async () => {
  const allowed = await Promise.all(
    Object.entries(document.paths).map(async ([path, item]) => {
      const named = EVERY_METHOD.filter((method) => method.toLowerCase() in item);
      const other = EVERY_METHOD.find((method) => !named.includes(method)) ?? '';
      const url = `${app.url}/api${path.replace(/\{\w+\}/g, 'default')}`;
      const answer = await fetch(url, { method: other });
      return [path, answer.headers.get('allow') ?? `${answer.status}`, named.join(', ')];
    }),
  );
  expect(allowed.map(([path, allow]) => [path, allow])).toEqual(allowed.map(([path, , named]) => [path, named]));
});

test('every operation has an id of its own', () => {
  const ids = operationsOf(document).map(({ operationId }) => operationId);
  expect([...new Set(ids)]).toEqual(ids);
});

test('every operation that can fail describes its errors', () => {
  const silent = operationsOf(document).filter(({ responses }) => !Object.entries(responses).some(isProblem));
  expect(silent.map(({ operationId }) => operationId)).toEqual(['getHealth', 'getHealthByHead', 'getOpenApi']);
});

test('every operation behind a function key describes the empty 401 of the platform', () => {
  const silent = operationsOf(document)
    .filter(({ security, responses }) => security === undefined && '401' in responses)
    .filter(({ responses }) => responses['401']?.description?.includes('without a body') !== true);
  expect(silent).toEqual([]);
});

function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.values(paths).flatMap((item) =>
    EVERY_METHOD.flatMap((method) => (item[method.toLowerCase()] as Operation | undefined) ?? []),
  );
}

/** Whether an answer for a 4xx, or the default answer, is a problem. */
function isProblem([status, { content }]: [string, OpenApiResponse]): boolean {
  const reference = content?.['application/problem+json']?.schema.$ref;
  return /^(4\d\d|default)$/.test(status) && reference === '#/components/schemas/Problem';
}

test('every const and every enum has a type, which client generators need', () => {
  const untyped: object[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (('const' in value || Array.isArray((value as { enum?: unknown }).enum)) && !('type' in value))
      untyped.push(value);
    Object.values(value).forEach(visit);
  };
  visit(document);
  expect(untyped).toEqual([]);
});
