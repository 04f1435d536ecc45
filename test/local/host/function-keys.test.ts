import { startTestHost, type HostUnderTest } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
const handler = () => ({ body: 'in' });
app.http('open', { authLevel: 'anonymous', handler });
app.http('keyed', { authLevel: 'function', handler });
app.http('other', { authLevel: 'function', handler });
app.http('admins', { route: 'admins', authLevel: 'admin', handler });
`;

const keys = {
  master: 'master-key',
  host: { default: 'host-key', ci: 'host-key-2' },
  functions: { keyed: { default: 'keyed-key' } },
};

let host: HostUnderTest;
beforeAll(async () => {
  host = await startTestHost({ source }, { keys });
});
afterAll(() => host.close());

test.each([
  ['open', {}, '', 200],
  ['open', { 'x-functions-key': 'wrong' }, '', 200],
  ['keyed', {}, '', 401],
  ['keyed', { 'x-functions-key': 'wrong' }, '', 401],
  ['keyed', { 'x-functions-key': 'keyed-key' }, '', 200],
  ['keyed', { 'x-functions-key': 'host-key-2' }, '', 200],
  ['keyed', { 'x-functions-key': 'master-key' }, '', 200],
  ['keyed', {}, '?code=host-key', 200],
  ['keyed', {}, '?code=', 401],
  ['keyed', { 'x-functions-key': 'wrong' }, '?code=host-key', 401],
  ['other', { 'x-functions-key': 'keyed-key' }, '', 401],
  ['admins', { 'x-functions-key': 'host-key' }, '', 401],
  ['admins', { 'x-functions-key': 'master-key' }, '', 200],
])('%s with the headers %j and the query "%s" is a %d', async (path, headers, query, status) => {
  const response = await fetch(`${host.url}/api/${path}${query}`, { headers });

  expect([response.status, await response.text()]).toEqual([status, status === 200 ? 'in' : '']);
});

test('an unknown route is a 404 before any key is asked for', async () => {
  expect((await fetch(`${host.url}/api/nowhere`)).status).toBe(404);
});

test('without keys to enforce every function is open, as under func start', async () => {
  const unguarded = await startTestHost({ source });
  try {
    expect((await fetch(`${unguarded.url}/api/admins`)).status).toBe(200);
  } finally {
    await unguarded.close();
  }
});
