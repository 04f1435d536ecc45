import { startTestHost, type HostUnderTest } from './support/host-under-test.ts';
import { sendRaw, statusOf } from './support/raw-request.ts';

const source = `
import { app } from '@azure/functions';
app.http('hello', { authLevel: 'anonymous', handler: () => ({ body: 'hello' }) });
`;

let host: HostUnderTest;
beforeAll(async () => {
  host = await startTestHost({ source });
});
afterAll(() => host.close());

test.each([
  ['localhost', 200],
  ['LOCALHOST:7071', 200],
  ['127.0.0.1:7071', 200],
  ['[::1]:7071', 200],
  ['attacker.example', 421],
  ['attacker.example:7071', 421],
  ['localhost.attacker.example', 421],
  ['127.0.0.1.attacker.example', 421],
  ['localhost@attacker.example', 421],
  ['', 421],
])('a request for the host "%s" is a %d', async (name, status) => {
  expect(await statusOf(`${host.url}/api/hello`, ['Host', name])).toBe(status);
});

test('a refusal of the host name precedes CORS and has no body', async () => {
  const open = await startTestHost({ source, localSettings: { Host: { CORS: '*' } } });
  try {
    const headers = ['Host', 'attacker.example', 'Origin', 'http://attacker.example'];
    expect(await sendRaw(`${open.url}/api/hello`, headers)).toEqual({ status: 421, body: '' });
  } finally {
    await open.close();
  }
});

// "GET /api/hello?a= HTTP/1.1" and the line end are 28 bytes.
test.each([
  ['of 8 KiB', 8192 - 28, 200],
  ['above 8 KiB', 8192 - 27, 414],
  ['far above 8 KiB', 20_000, 414],
])('a request line %s', async (_size, length, status) => {
  expect((await fetch(`${host.url}/api/hello?a=${'x'.repeat(length)}`)).status).toBe(status);
});

test.each([
  ['just below 32 KiB', 31 * 1024, 200],
  ['above 32 KiB', 33 * 1024, 431],
])('headers %s', async (_size, length, status) => {
  expect((await fetch(`${host.url}/api/hello`, { headers: { 'x-long': 'x'.repeat(length) } })).status).toBe(status);
});

const principals: [what: string, header: string, status: number][] = [
  ['a principal', Buffer.from('{"claims":[]}').toString('base64'), 200],
  ['no base64', '{"claims":[]}', 500],
  ['no JSON', Buffer.from('claims').toString('base64'), 500],
  ['no object', Buffer.from('[]').toString('base64'), 500],
];

test.each(principals)('with Easy Auth on the host reads X-MS-CLIENT-PRINCIPAL: %s', async (_what, header, status) => {
  const guarded = await startTestHost({ source }, { settings: { WEBSITE_AUTH_ENABLED: 'True' } });
  try {
    const answer = await fetch(`${guarded.url}/api/hello`, { headers: { 'x-ms-client-principal': header } });
    expect([answer.status, await answer.text()]).toEqual([status, status === 200 ? 'hello' : '']);
  } finally {
    await guarded.close();
  }
});

test('with Easy Auth off the host does not read X-MS-CLIENT-PRINCIPAL', async () => {
  const answer = await fetch(`${host.url}/api/hello`, { headers: { 'x-ms-client-principal': '{' } });

  expect(answer.status).toBe(200);
});
