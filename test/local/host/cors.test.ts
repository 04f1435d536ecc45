import { startTestHost, type HostUnderTest } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
app.http('hello', { methods: ['GET', 'OPTIONS'], authLevel: 'anonymous', handler: () => ({ body: 'hello' }) });
`;

async function startWithCors(origins: string, credentials = false): Promise<HostUnderTest> {
  return startTestHost({
    source,
    localSettings: { IsEncrypted: false, Values: {}, Host: { CORS: origins, CORSCredentials: credentials } },
  });
}

async function corsHeaders(host: HostUnderTest, init: RequestInit): Promise<[number, Record<string, string>]> {
  const response = await fetch(`${host.url}/api/hello`, init);
  const headers = [...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary');
  return [response.status, Object.fromEntries(headers)];
}

function preflight(origin: string): RequestInit {
  const headers = {
    origin,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'x-functions-key',
  };
  return { method: 'OPTIONS', headers };
}

describe('with two origins and credentials', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await startWithCors('https://a.example,http://localhost:3000', true);
  });
  afterAll(() => host.close());

  test('a preflight of a listed origin allows the requested method and headers', async () => {
    expect(await corsHeaders(host, preflight('http://localhost:3000'))).toEqual([
      204,
      {
        'access-control-allow-origin': 'http://localhost:3000',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET',
        'access-control-allow-headers': 'x-functions-key',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    ]);
  });

  test('a preflight of another origin gets no CORS header', async () => {
    expect(await corsHeaders(host, preflight('https://evil.example'))).toEqual([204, {}]);
  });

  test.each([
    ['another origin', 'https://evil.example', 'https://evil.example'],
    ['a listed origin', 'https://a.example', undefined],
    ['the origin of the app', '', undefined],
  ])('the log names the origin that does not get the answer: %s', async (_which, origin, refusedOrigin) => {
    await corsHeaders(host, { headers: { origin: origin === '' ? host.url : origin } });
    expect(host.entries.at(-1)).toMatchObject({ kind: 'request', refusedOrigin });
  });

  test('a listed origin may read the answer', async () => {
    expect(await corsHeaders(host, { headers: { origin: 'https://a.example' } })).toEqual([
      200,
      {
        'access-control-allow-origin': 'https://a.example',
        'access-control-allow-credentials': 'true',
        vary: 'Origin',
      },
    ]);
  });

  test('an OPTIONS request without an Origin is not a preflight and reaches the function', async () => {
    expect(await corsHeaders(host, { method: 'OPTIONS' })).toEqual([200, {}]);
  });
});

test.each([
  ['with a leading blank', 'https://a.example, http://localhost:3000'],
  ['with a trailing slash', 'http://localhost:3000/'],
  ['in other letter case', 'http://LocalHost:3000'],
])('an origin that is listed %s gets no CORS header, as under func', async (_how, origins) => {
  const host = await startWithCors(origins);
  try {
    expect(await corsHeaders(host, { headers: { origin: 'http://localhost:3000' } })).toEqual([200, {}]);
    expect(await corsHeaders(host, preflight('http://localhost:3000'))).toEqual([204, {}]);
  } finally {
    await host.close();
  }
});

test('with * every origin is allowed', async () => {
  const host = await startWithCors('*');
  try {
    expect(await corsHeaders(host, { headers: { origin: 'https://any.example' } })).toEqual([
      200,
      { 'access-control-allow-origin': '*' },
    ]);
  } finally {
    await host.close();
  }
});

test('without origins CORS is off, and a preflight reaches the function', async () => {
  const host = await startWithCors('');
  try {
    expect(await corsHeaders(host, preflight('https://a.example'))).toEqual([200, {}]);
  } finally {
    await host.close();
  }
});

test('the host does not start with * and credentials', async () => {
  await expect(startWithCors('*', true)).rejects.toThrow(
    'local.settings.json: Host has CORS "*" and CORSCredentials true, which browsers reject together: list the origins in CORS.',
  );
});
