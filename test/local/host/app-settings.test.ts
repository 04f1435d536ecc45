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

test('Values of local.settings.json become the environment of the app, except variables that are already set', async () => {
  const Values = {
    HOST_TEST_TEXT: 'text',
    HOST_TEST_NUMBER: 5,
    HOST_TEST_EMPTY: '',
    HOST_TEST_NULL: null,
    PATH: 'never',
  };

  expect(await environmentOf([...Object.keys(Values), 'HOME'], { localSettings: { Values } })).toEqual({
    HOST_TEST_TEXT: 'text',
    HOST_TEST_NUMBER: '5',
    HOST_TEST_EMPTY: '',
    HOST_TEST_NULL: '',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'] ?? null,
  });
});

test('settings passed to the host override local.settings.json and are removed with the host', async () => {
  const localSettings = { Values: { HOST_TEST_A: 'file' } };

  expect(await environmentOf(['HOST_TEST_A'], { localSettings }, { HOST_TEST_A: 'given' })).toEqual({
    HOST_TEST_A: 'given',
  });
  expect(await environmentOf(['HOST_TEST_A'], {})).toEqual({ HOST_TEST_A: null });
});

test('the app runs in Development', async () => {
  expect(await environmentOf(['AZURE_FUNCTIONS_ENVIRONMENT'], {})).toEqual({
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  });
});

test.each([
  ['', 'http://host/environment'],
  ['v1/', 'http://host/v1/environment'],
])('every route starts with the route prefix "%s" of host.json', async (routePrefix, address) => {
  const host = await startTestHost({ source, hostJson: { extensions: { http: { routePrefix } } } });
  try {
    expect((await fetch(`${host.url}${new URL(address).pathname}`)).status).toBe(200);
    expect((await fetch(`${host.url}/api/environment`)).status).toBe(404);
  } finally {
    await host.close();
  }
});

test.each([
  ['a list as the file', [], 'must be an object, such as { "Values": { "CALLER_AUTH": "key" } }'],
  [
    'a list as Values',
    { Values: [] },
    'Values must be an object of strings, such as { "Values": { "CALLER_AUTH": "key" } }',
  ],
  ['a list as a value', { Values: { A: ['a'] } }, 'Values.A must be a string (write JSON as a string)'],
  ['encrypted values', { IsEncrypted: true }, 'IsEncrypted must be false: run "func settings decrypt" first'],
  ['a port as text', { Host: { LocalHttpPort: '7071' } }, 'Host.LocalHttpPort must be a number'],
  [
    'two faults, both named',
    { Host: { CORS: [], CORSCredentials: 'yes' } },
    'Host.CORS must be a string: origins, comma-separated; Host.CORSCredentials must be true or false',
  ],
])('the host does not start with %s in local.settings.json', async (_what, localSettings, message) => {
  await expect(startTestHost({ source, localSettings })).rejects.toThrow(`local.settings.json: ${message}.`);
});
