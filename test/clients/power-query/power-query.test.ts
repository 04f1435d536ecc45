import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DefaultSettings, NewlineLiteral, tryFormat } from '@microsoft/powerquery-formatter';
import { seed } from '../../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../../support/built-app.ts';
import { evaluateM } from './evaluate-m.ts';
import { createMLibrary, type Site, type WebRequest } from './m-library.ts';
import type { MFunction } from './m-values.ts';
import { parseM } from './parse-m.ts';

const folder = 'clients/power-query';
const files = readdirSync(folder).filter((name) => name.endsWith('.pq'));
const hostKey = 'a-function-key-for-this-test';
const appAddress = 'https://APP.azurewebsites.net';
const anonymous = { kind: 'Anonymous' } as const;
const withKey = { kind: 'Web API', key: hostKey } as const;

const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

let app: BuiltApp;
/** Power BI with two pages of workspaces, an OData service and an issuer. */
let service: Server;
let serviceUrl: string;
let requests: WebRequest[];
let sites: Map<string, Site>;

beforeAll(async () => {
  app = await startBuiltApp({
    hostKey,
    profilesFile: {
      profiles: {
        sales: {
          grant: 'client_credentials',
          tenantId: seed.tenantId,
          clientId: seed.app.clientId,
          credential: { secret: seed.app.secretName },
        },
        broken: {
          grant: 'client_credentials',
          tenantId: seed.tenantId,
          clientId: seed.app.clientId,
          credential: { secret: 'no-such-secret' },
        },
      },
      grants: [{ callers: [{ anyone: true }], profiles: ['default', 'sales', 'broken'], actions: ['token'] }],
    },
  });
  service = createServer((message, response) => void answer(message, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => service.once('listening', resolve));
  serviceUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  service.close();
  await app.close();
});

beforeEach(() => {
  requests = [];
  sites = new Map<string, Site>([
    [appAddress, { url: app.url, credential: withKey }],
    ['https://api.powerbi.com', { url: serviceUrl, credential: anonymous }],
    ['https://SERVICE.example.com/odata', { url: `${serviceUrl}/odata`, credential: anonymous }],
  ]);
});

/** The value of a query of a workbook that has all the files as queries, and `parameters`. */
async function evaluate(file: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const known = { ...createMLibrary(sites, requests), ...parameters };
  const scope = new Map(Object.entries(known).map(([name, value]) => [name, () => Promise.resolve(value)]));
  scope.set('GetToken', () => evaluate('GetToken.pq'));
  return evaluateM(await parseM(textOf(file)), scope);
}

const invoke = async (file: string, ...args: readonly unknown[]): Promise<unknown> =>
  ((await evaluate(file)) as MFunction)(...args);

describe.each(files)('%s', (file) => {
  test("is formatted by Microsoft's formatter", async () => {
    const settings = { ...DefaultSettings, newlineLiteral: NewlineLiteral.Unix, maxWidth: 120 };
    const formatted = await tryFormat(settings, textOf(file));
    expect(formatted).toMatchObject({ kind: 'Ok', value: textOf(file) });
  });

  test('uses only library functions that are on the checked list', () => {
    const code = textOf(file).replace(/^\s*\/\/.*$/gm, '');
    const used = [...code.replace(/"[^"]*"/g, '').matchAll(/\b[A-Z]\w+\.[A-Z]\w+/g)].map(([name]) => name);
    const known = [...Object.keys(createMLibrary(new Map())), 'Response.Status'];
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(0);
  });

  test('uses only literal texts as addresses of sources, so that the service can refresh on a schedule', () => {
    const addresses = [...textOf(file).matchAll(/(?:Web\.Contents|OData\.Feed)\(\s*(\w+),/g)].map(([, name]) => name);
    expect(addresses.length).toBeGreaterThan(0);
    for (const name of addresses) expect(textOf(file)).toMatch(new RegExp(`\\b${name ?? ''} = "https://[^"]+",\\n`));
  });
});

describe('GetToken', () => {
  test('gets the token with the function key of the credential, which is in no file', async () => {
    expect(await invoke('GetToken.pq')).toMatch(/^ey/);
    expect(requests).toMatchObject([{ method: 'GET', url: `${app.url}/api/token?min_ttl=900&code=${hostKey}` }]);
  });

  test('gets the token of a profile', async () => {
    expect(await invoke('GetToken.pq', 'sales', true)).toMatch(/^ey/);
    expect(requests[0]?.url).toContain('/api/token/sales?');
  });

  test.each<[string, string, { reason: string; message: RegExp }]>([
    ['a profile that does not exist', 'sale', { reason: 'unknown_profile', message: /profile/ }],
    ['a secret that is not in the vault', 'broken', { reason: 'secret_unavailable', message: /no-such-secret/ }],
  ])('reports what is wrong: %s', async (_, profile, { reason, message }) => {
    const failure = invoke('GetToken.pq', profile);
    await expect(failure).rejects.toMatchObject({
      reason,
      message: expect.stringMatching(message),
      detail: { request_id: expect.any(String) },
    });
  });

  test('reports a wrong URL if another program answers there', async () => {
    sites.set(appAddress, { url: `${app.url}/elsewhere`, credential: withKey });
    await expect(invoke('GetToken.pq')).rejects.toMatchObject({
      reason: 'HTTP 404',
      message: 'The answer does not come from the token function. Check the address.',
    });
  });

  test('asks for credentials again with a wrong key', async () => {
    sites.set(appAddress, { url: app.url, credential: { kind: 'Web API', key: 'wrong' } });
    await expect(invoke('GetToken.pq')).rejects.toMatchObject({ reason: 'DataSource.Error: credentials' });
  });
});

describe('PowerBIRest', () => {
  test('reads every page, and completes rows with missing fields', async () => {
    expect([...((await invoke('PowerBIRest.pq', 'groups', { $top: '2' })) as unknown[])]).toEqual([
      { id: '1', name: 'Sales' },
      { id: '2', name: null },
      { id: '3', name: null },
    ]);
  });

  test('sends the token only to the host of Power BI, whatever host the link to the next page names', async () => {
    await invoke('PowerBIRest.pq', 'groups');
    expect(requests.map(({ url }) => url)).toEqual([
      `${app.url}/api/token?min_ttl=900&code=${hostKey}`,
      `${serviceUrl}/v1.0/myorg/groups`,
      `${serviceUrl}/v1.0/myorg/groups?%24skiptoken=next&%24top=2`,
    ]);
  });
});

describe('ODataFeed', () => {
  const withProfile = async (): Promise<unknown> => {
    const getToken = (await evaluate('GetToken.pq')) as MFunction;
    const known = { ...createMLibrary(sites, requests), GetToken: () => getToken('sales') };
    return evaluateM(
      await parseM(textOf('ODataFeed.pq')),
      new Map(Object.entries(known).map(([name, value]) => [name, () => Promise.resolve(value)])),
    );
  };

  test('reads the service with the token of the profile', async () => {
    expect(await withProfile()).toMatchObject({ status: 200 });
    expect(requests.at(-1)?.headers.get('authorization')).toMatch(/^Bearer ey/);
  });

  test('is refused with a credential other than Anonymous', async () => {
    sites.set('https://SERVICE.example.com/odata', { url: serviceUrl, credential: withKey });
    await expect(withProfile()).rejects.toThrow(
      "The 'Authorization' header is only supported when connecting anonymously.",
    );
  });
});

describe('GetTokenFromIssuer', () => {
  const issue = async (secret: string): Promise<unknown> => {
    sites.set('https://login.example.com', { url: `${serviceUrl}/issuer`, credential: anonymous });
    const parameters = { ClientId: seed.app.clientId, ClientSecret: secret };
    return ((await evaluate('GetTokenFromIssuer.pq', parameters)) as MFunction)();
  };

  test('posts a form with every character of the secret encoded', async () => {
    expect(await issue(seed.app.secret)).toBe('token of the issuer');
  });

  test("shows the issuer's reason", async () => {
    await expect(issue('wrong')).rejects.toMatchObject({ reason: 'invalid_client', message: 'Wrong secret.' });
  });
});

async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://service');
  const send = (status: number, body?: unknown): void => {
    response.writeHead(status).end(JSON.stringify(body));
  };
  if (pathname === '/issuer/oauth2/token') {
    const form = Object.fromEntries(new URLSearchParams(await text(message)));
    const isRight = form['grant_type'] === 'client_credentials' && form['client_secret'] === seed.app.secret;
    if (isRight) send(200, { access_token: 'token of the issuer' });
    else send(400, { error: 'invalid_client', error_description: 'Wrong secret.' });
  } else if (message.headers.authorization?.startsWith('Bearer ey') !== true) {
    send(401);
  } else if (pathname !== '/v1.0/myorg/groups') {
    send(200, { path: pathname });
  } else if (searchParams.has('$skiptoken')) {
    send(200, { value: [{ id: '3' }] });
  } else {
    const next = 'https://another-host.example/v1.0/myorg/groups?$skiptoken=next&$top=2';
    send(200, { '@odata.nextLink': next, value: [{ id: '1', name: 'Sales' }, { id: '2' }] });
  }
}
