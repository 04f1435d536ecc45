import { startTestHost } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
app.http('environment', { authLevel: 'anonymous', handler: (request) =>
  ({ jsonBody: Object.fromEntries([...request.query.keys()].map((name) => [name, process.env[name] ?? null])) }) });
`;

async function environmentOf(
  names: string[],
  content: { localSettings?: unknown; hostJson?: unknown },
  settings?: Record<string, string>,
): Promise<unknown> {
  const host = await startTestHost({ source, ...content }, settings === undefined ? {} : { settings });
  try {
    return await (await fetch(`${host.url}/api/environment?${names.join('&')}`)).json();
  } finally {
    await host.close();
  }
}

test('Values of local.settings.json are the environment of the app, but for what is set already', async () => {
  const Values = { HOST_TEST_TEXT: 'text', HOST_TEST_NUMBER: 5, HOST_TEST_EMPTY: '', PATH: 'never' };

  expect(await environmentOf([...Object.keys(Values), 'HOME'], { localSettings: { Values } })).toEqual({
    HOST_TEST_TEXT: 'text',
    HOST_TEST_NUMBER: '5',
    HOST_TEST_EMPTY: '',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'] ?? null,
  });
});

test('settings given to the host win over local.settings.json and end with the host', async () => {
  const localSettings = { Values: { HOST_TEST_A: 'file' } };

  expect(await environmentOf(['HOST_TEST_A'], { localSettings }, { HOST_TEST_A: 'given' })).toEqual({
    HOST_TEST_A: 'given',
  });
  expect(await environmentOf(['HOST_TEST_A'], {})).toEqual({ HOST_TEST_A: null });
});

test('the app is told that it runs in development', async () => {
  expect(await environmentOf(['AZURE_FUNCTIONS_ENVIRONMENT'], {})).toEqual({
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  });
});

test.each([
  ['', 'http://host/environment'],
  ['v1/', 'http://host/v1/environment'],
])('the route prefix "%s" of host.json stands before every route', async (routePrefix, address) => {
  const host = await startTestHost({ source, hostJson: { extensions: { http: { routePrefix } } } });
  try {
    expect((await fetch(`${host.url}${new URL(address).pathname}`)).status).toBe(200);
    expect((await fetch(`${host.url}/api/environment`)).status).toBe(404);
  } finally {
    await host.close();
  }
});

test('a value that is no text keeps the host from starting', async () => {
  const localSettings = { Values: { HOST_TEST_LIST: ['a'] } };

  await expect(startTestHost({ source, localSettings })).rejects.toThrow(
    'Values.HOST_TEST_LIST in local.settings.json must be a string',
  );
});
