import { sendRaw } from './support/raw-request.ts';
import { startTestHost, type HostUnderTest } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';

const tell = async (request, context) => ({
  jsonBody: {
    method: request.method,
    url: request.url,
    params: request.params,
    query: [...request.query],
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
    functionName: context.functionName,
    traceParent: context.traceContext.traceParent,
  },
});
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

app.http('tell', { route: 'tell/{name?}', methods: everyMethod, authLevel: 'anonymous', handler: tell });
app.http('Told-early', { route: 'tell/early', methods: ['GET'], authLevel: 'anonymous', handler: tell });
app.http('a-special', { route: 'tell/special', methods: ['GET'], authLevel: 'anonymous', handler: tell });
app.http('no-route', { methods: ['GET'], authLevel: 'anonymous', handler: tell });
app.http('throws', { methods: ['GET', 'POST'], authLevel: 'anonymous', handler: () => { throw new Error('on purpose'); } });
app.http('nothing', { methods: ['GET'], authLevel: 'anonymous', handler: () => undefined });
app.http('bytes', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ status: 201, headers: { 'X-Kind': 'bytes' }, body: new Uint8Array([0, 255, 7]) }) });
app.http('no-content', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ status: 204 }) });
app.http('cookies', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ cookies: [{ name: 'a', value: '1' }, { name: 'b', value: '2', httpOnly: true, sameSite: 'Lax' }] }) });
app.http('logs', { methods: ['GET'], authLevel: 'anonymous', handler: (request, context) => {
  context.debug('fine print'); context.log('told %s', 'once'); context.warn('careful'); return { body: context.invocationId };
} });
`;

let host: HostUnderTest;

beforeAll(async () => {
  host = await startTestHost({ source });
});
afterAll(() => host.close());

interface Told {
  readonly method: string;
  readonly url: string;
  readonly params: Record<string, string>;
  readonly query: [string, string][];
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly functionName: string;
  readonly traceParent: string;
}

async function told(path: string, init?: RequestInit): Promise<Told> {
  const response = await fetch(`${host.url}${path}`, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Told;
}

async function statusAndBody(path: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(`${host.url}${path}`, init);
  return [response.status, await response.text()];
}

test.each([
  ['/api/tell', 'tell', {}],
  ['/API/Tell/Anna', 'tell', { name: 'Anna' }],
  ['/api/tell/a%20b%2Fc', 'tell', { name: 'a b%2Fc' }],
  ['/api/no-route', 'no-route', {}],
])('GET %s runs the function %s', async (path, functionName, params) => {
  expect(await told(path)).toMatchObject({ functionName, params });
});

test.each([
  ['a specific route whose function name comes first', '/api/tell/special', 'a-special'],
  ['a general route before a specific one whose function name comes later, case ignored', '/api/tell/early', 'tell'],
])('routes are tried in the order of the function names: %s runs', async (_what, path, functionName) => {
  expect((await told(path)).functionName).toBe(functionName);
});

test('a route that does not allow the method is skipped', async () => {
  expect(await told('/api/tell/special', { method: 'POST' })).toMatchObject({
    functionName: 'tell',
    params: { name: 'special' },
  });
});

test.each([
  ['GET', '/api/nowhere'],
  ['GET', '/tell'],
  ['DELETE', '/api/no-route'],
  ['OPTIONS', '/api/tell'],
])('%s %s is a 404 with an empty body', async (method, path) => {
  expect(await statusAndBody(path, { method })).toEqual([404, '']);
});

test('a function that throws is a 500 with an empty body, and the log has the reason', async () => {
  expect(await statusAndBody('/api/throws', { method: 'POST', body: 'x' })).toEqual([500, '']);

  expect(host.entries).toContainEqual({
    kind: 'message',
    level: 'error',
    category: 'system',
    functionName: 'throws',
    invocationId: expect.any(String) as string,
    message: expect.stringContaining('Error: on purpose') as string,
  });
});

test('a function that returns nothing is a 204', async () => {
  expect(await statusAndBody('/api/nothing')).toEqual([204, '']);
});

test('a status without a body has no Content-Length', async () => {
  const response = await fetch(`${host.url}/api/no-content`);

  expect([response.status, response.headers.get('content-length')]).toEqual([204, null]);
});

test('the status, headers and bytes of an answer are unchanged', async () => {
  const response = await fetch(`${host.url}/api/bytes`);

  expect(response.status).toBe(201);
  expect(response.headers.get('x-kind')).toBe('bytes');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 255, 7]));
});

test('HEAD runs the function and answers without a body', async () => {
  const response = await fetch(`${host.url}/api/tell`, { method: 'HEAD' });

  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
});

test('several cookies are several Set-Cookie lines', async () => {
  const response = await fetch(`${host.url}/api/cookies`);

  expect(response.headers.getSetCookie()).toEqual(['a=1; path=/', 'b=2; path=/; samesite=lax; httponly']);
});

test('a body with a Content-Length reaches the function', async () => {
  expect(await told('/api/tell', { method: 'POST', body: 'grüße' })).toMatchObject({ method: 'POST', body: 'grüße' });
});

test('a body without Content-Length does not reach the function', async () => {
  const body = new Blob(['chunked']).stream();

  expect(await told('/api/tell', { method: 'POST', body, duplex: 'half' } as RequestInit)).toMatchObject({ body: '' });
});

test('query parameters whose names differ only in case are one value under the name written last', async () => {
  expect((await told('/api/tell?a=1&A=2&empty=&u=%C3%BC+x')).query).toEqual([
    ['A', '1,2'],
    ['empty', ''],
    ['u', 'ü x'],
  ]);
});

test('a header sent twice is one value with a comma', async () => {
  const headers = ['host', 'localhost', 'X-Twice', '1', 'x-twice', '2'];
  const { body } = await sendRaw(`${host.url}/api/tell`, headers);

  expect(JSON.parse(body)).toMatchObject({ url: 'http://localhost/api/tell', headers: { 'x-twice': '1,2' } });
});

test('forwarding headers reach the function unchanged', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7:50000', 'x-forwarded-proto': 'https' };

  expect((await told('/api/tell', { headers })).headers).toMatchObject(headers);
});

test("the caller's trace continues; a request without one starts a new trace", async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  expect((await told('/api/tell', { headers: { traceparent } })).traceParent).toBe(traceparent);
  expect((await told('/api/tell')).traceParent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
});

test('the log lines of an invocation have its id, a GUID', async () => {
  const invocationId = await (await fetch(`${host.url}/api/logs`)).text();

  expect(invocationId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  const lines = host.entries.filter((entry) => entry.kind === 'message' && entry.invocationId === invocationId);
  const shared = { kind: 'message', category: 'user', functionName: 'logs', invocationId };
  expect(lines).toEqual([
    { ...shared, level: 'debug', message: 'fine print' },
    { ...shared, level: 'information', message: 'told once' },
    { ...shared, level: 'warning', message: 'careful' },
  ]);
});

test.each([
  ['that ran a function, with its invocation id', '/api/tell', 200, expect.stringMatching(/^[\da-f-]{36}$/)],
  ['that ran no function', '/api/nowhere/else', 404, undefined],
])('a request is logged without its query: one %s', async (_what, path, status, invocationId) => {
  await fetch(`${host.url}${path}?code=very-secret`);

  expect(host.entries.filter((entry) => entry.kind === 'request').at(-1)).toEqual({
    kind: 'request',
    method: 'GET',
    path,
    status,
    durationMs: expect.any(Number) as number,
    invocationId,
    userAgent: 'node',
    refusedOrigin: undefined,
  });
});
