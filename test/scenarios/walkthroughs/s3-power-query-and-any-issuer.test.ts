import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { startScenario } from '../../support/scenario.ts';
import { openProfiles } from '../../support/profiles-file.ts';
import { serveApp, type ServedApp } from '../../support/serve-app.ts';
import { startForeignIssuer, type ForeignIssuer } from '../../support/start-foreign-issuer.ts';

const SECRET = 'the-secret-that-stood-in-the-query';

const scenario = startScenario();
let issuer: ForeignIssuer;
let served: ServedApp;
let feed: Server;
beforeAll(async () => {
  issuer = await startForeignIssuer();
  issuer.accept = ({ form }) => form['client_id'] === 'power-query' && form['client_secret'] === SECRET;
  scenario.keyVault.setSecret('odata-secret', SECRET);
  const profile = {
    grant: 'client_credentials',
    issuer: issuer.url,
    clientId: 'power-query',
    credential: { secret: 'odata-secret' },
    scope: 'odata.read',
  } as const;
  served = await serveApp(scenario.startApp({ files: openProfiles({ odata: profile }) }));
  feed = await startFeed();
});
afterAll(async () => {
  served.close();
  feed.close();
  await issuer.close();
});

/** An OData service that accepts only the issuer's tokens. */
async function startFeed(): Promise<Server> {
  const keys = (await (await fetch(`${issuer.url}/jwks`)).json()) as JSONWebKeySet;
  const server = createServer((request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    jwtVerify(token, createLocalJWKSet(keys), { issuer: issuer.url })
      .then(({ payload }) => {
        response.end(JSON.stringify({ value: [{ Region: 'North', Sales: 42 }], scope: payload['scope'] }));
      })
      .catch(() => {
        response.writeHead(401).end();
      });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

/** `Json.Document(Web.Contents(base, [RelativePath = ...]))[access_token]`: a GET to a fixed address, with nothing secret in it. */
async function getToken(): Promise<string> {
  const answer = await fetch(`${served.url}/token/odata`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** `OData.Feed(serviceUri, [Authorization = "Bearer " & GetToken()])` */
async function odataFeed(authorization: string): Promise<{ status: number; body: unknown }> {
  const { port } = feed.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/Sales`, { headers: { authorization } });
  return { status: answer.status, body: answer.ok ? await answer.json() : undefined };
}

test('the M function gets a token of an issuer other than Entra, and the feed accepts it', async () => {
  const { status, body } = await odataFeed(`Bearer ${await getToken()}`);

  expect([status, body]).toEqual([200, { value: [{ Region: 'North', Sales: 42 }], scope: 'odata.read' }]);
});

test('the premise: without a token of that issuer the feed refuses', async () => {
  expect((await odataFeed('Bearer forged')).status).toBe(401);
});

test('a refresh with many requests causes one request to the issuer', async () => {
  issuer.requests.length = 0;

  const tokens = await Promise.all(Array.from({ length: 20 }, getToken));

  expect([new Set(tokens).size, issuer.requests.length]).toEqual([1, 0]);
});

test('a POST with an empty body and one with the form of a stock OAuth client get the same token', async () => {
  const tokens = await Promise.all(
    ['', 'grant_type=client_credentials&client_id=ignored'].map(async (body) => {
      const answer = await fetch(`${served.url}/token/odata`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    }),
  );

  expect(new Set([...tokens, await getToken()]).size).toBe(1);
});

test('an outage of the issuer is a 503 with Retry-After in whole seconds, which Power Query waits for', async () => {
  const app = scenario.startApp({
    files: openProfiles({
      away: {
        grant: 'client_credentials',
        tokenEndpoint: 'https://localhost:1/token',
        clientId: 'power-query',
        credential: { secret: 'odata-secret' },
      },
    }),
  });

  const { status, headers, body } = await app.token({ params: { profile: 'away' } });

  expect([status, body['code'], headers.get('retry-after')]).toEqual([
    503,
    'upstream_unavailable',
    expect.stringMatching(/^[1-9]\d?$/),
  ]);
});
