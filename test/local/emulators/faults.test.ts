import { startEmulators } from '../../../local/emulators/emulators.ts';
import type { Emulators, IdentityEndpointEmulator } from '../../../local/emulators/emulators.ts';

let emulators: Emulators;
let identityEndpoint: IdentityEndpointEmulator;

beforeAll(async () => {
  emulators = await startEmulators();
  identityEndpoint = emulators.identityEndpoint;
});

afterAll(() => emulators.close());

beforeEach(() => {
  identityEndpoint.reset();
});

function ask(query: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  const url = new URL(identityEndpoint.url);
  url.search = new URLSearchParams({
    resource: 'https://vault.azure.net',
    'api-version': '2019-08-01',
    ...query,
  }).toString();
  const headers = { 'x-identity-header': identityEndpoint.identityHeader };
  return fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
}

test('a status fault answers with its status, headers and body', async () => {
  identityEndpoint.failWith({ kind: 'status', status: 503, headers: { 'x-reason': 'deploying' }, body: { a: 1 } });
  const response = await ask();
  expect([response.status, response.headers.get('x-reason'), await response.json()]).toEqual([
    503,
    'deploying',
    { a: 1 },
  ]);
});

test('a silent fault accepts the request and never answers', async () => {
  identityEndpoint.failWith({ kind: 'silent' });
  await expect(ask({}, AbortSignal.timeout(1_000))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(identityEndpoint.requests).toMatchObject([{ method: 'GET', path: '/msi/token' }]);
  expect(identityEndpoint.requests[0]?.status).toBeUndefined();
});

test('a slow fault gives the good answer after its delay', async () => {
  identityEndpoint.failWith({ kind: 'slow', delayMs: 120 });
  const startedMs = performance.now();
  const response = await ask();
  expect(response.status).toBe(200);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(110);
});

test('a cut-off fault closes the connection without an answer', async () => {
  identityEndpoint.failWith({ kind: 'cut-off' });
  await expect(ask()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
});

test('a cut-off-midway fault closes the connection within the body of a good answer', async () => {
  identityEndpoint.failWith({ kind: 'cut-off-midway' });
  const response = await ask();
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('terminated');
});

test('an html fault answers 200 with a page', async () => {
  identityEndpoint.failWith({ kind: 'html' });
  const response = await ask();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
});

test('a truncated-json fault gives the first half of a good answer as a complete one', async () => {
  identityEndpoint.failWith({ kind: 'truncated-json' });
  const text = await (await ask()).text();
  expect(text).toMatch(/^\{"access_token":"ey/);
  expect(() => {
    JSON.parse(text);
  }).toThrow(SyntaxError);
});

test('a huge fault gives ten megabytes of JSON', async () => {
  identityEndpoint.failWith({ kind: 'huge' });
  const text = await (await ask()).text();
  expect(text.length).toBeGreaterThan(10 * 1024 * 1024);
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['padding']);
});

test('a throttled fault answers 429 with Retry-After', async () => {
  identityEndpoint.failWith({ kind: 'throttled', retryAfterSeconds: 7 });
  const response = await ask();
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
});

test('counted faults apply first and in order, then the latest lasting one, until they are healed', async () => {
  identityEndpoint.failWith({ kind: 'status', status: 500 });
  identityEndpoint.failWith({ kind: 'status', status: 501 }, { times: 1 });
  identityEndpoint.failWith({ kind: 'status', status: 502 }, { times: 2 });
  identityEndpoint.failWith({ kind: 'status', status: 503 });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await ask()).status);
  identityEndpoint.heal();
  statuses.push((await ask()).status);
  expect(statuses).toEqual([501, 502, 502, 503, 503, 200]);
});

test('a fault with a match affects no other request', async () => {
  identityEndpoint.failWith(
    { kind: 'status', status: 500 },
    { match: ({ query }) => query.get('resource') === 'https://vault.azure.net' },
  );
  expect((await ask()).status).toBe(500);
  expect((await ask({ resource: 'https://graph.microsoft.com' })).status).toBe(200);
});

test('a request is recorded with method, path, query, headers, body, instant and status', async () => {
  const before = Date.now();
  const url = new URL('/msi/elsewhere?a=1&a=2', identityEndpoint.url);
  const response = await fetch(url, { method: 'POST', body: 'text', headers: { 'x-one': 'two' } });
  expect(response.status).toBe(501);
  expect(identityEndpoint.requests).toEqual([
    {
      method: 'POST',
      path: '/msi/elsewhere',
      query: new URLSearchParams('a=1&a=2'),
      headers: expect.objectContaining({ 'x-one': 'two' }) as unknown,
      body: 'text',
      atMs: expect.any(Number) as unknown,
      status: 501,
    },
  ]);
  expect(identityEndpoint.requests[0]?.atMs).toBeGreaterThanOrEqual(before);
});

test('reset forgets requests and faults', async () => {
  identityEndpoint.failWith({ kind: 'status', status: 500 });
  await ask();
  identityEndpoint.reset();
  expect(identityEndpoint.requests).toEqual([]);
  expect((await ask()).status).toBe(200);
});

test('close ends waiting connections, and may be called twice', async () => {
  const others = await startEmulators();
  others.identityEndpoint.failWith({ kind: 'silent' });
  const waiting = fetch(others.identityEndpoint.url).catch((error: unknown) => error);
  while (others.identityEndpoint.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await others.close();
  await others.close();
  expect(await waiting).toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
  await expect(fetch(others.identityEndpoint.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('a port in use is an error, and no server is left running', async () => {
  const port = Number(new URL(identityEndpoint.url).port);
  await expect(startEmulators({ ports: { identityEndpoint: port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
