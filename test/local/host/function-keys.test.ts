import { statusOf } from './support/raw-request.ts';
import { startTestHost, type HostUnderTest } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
const handler = () => ({ body: 'in' });
app.http('open', { authLevel: 'anonymous', handler });
app.http('keyed', { authLevel: 'function', handler });
`;

const keys = { default: 'Host-Key', ci: 'host-key-2' };

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
  ['keyed', { 'x-functions-key': 'Host-Key' }, '', 200],
  ['keyed', { 'x-functions-key': 'HOST-key-2' }, '', 200],
  ['keyed', {}, '?code=host-key', 200],
  ['keyed', {}, '?code=', 401],
  ['keyed', { 'x-functions-key': 'wrong' }, '?code=host-key', 401],
])('%s with the headers %j and the query "%s" is a %d', async (path, headers, query, status) => {
  const response = await fetch(`${host.url}/api/${path}${query}`, { headers });

  expect([response.status, await response.text()]).toEqual([status, status === 200 ? 'in' : '']);
});

test('of two key headers the first counts', async () => {
  const statusWith = (...values: string[]): Promise<number | undefined> =>
    statusOf(`${host.url}/api/keyed`, ['Host', 'localhost', ...values.flatMap((value) => ['X-Functions-Key', value])]);

  expect([await statusWith('host-key', 'wrong'), await statusWith('wrong', 'host-key')]).toEqual([200, 401]);
});

test('an unknown route is a 404 before any key is required', async () => {
  expect((await fetch(`${host.url}/api/nowhere`)).status).toBe(404);
});

test('without keys every function is open, as under func start', async () => {
  const unguarded = await startTestHost({ source });
  try {
    expect((await fetch(`${unguarded.url}/api/keyed`)).status).toBe(200);
  } finally {
    await unguarded.close();
  }
});
