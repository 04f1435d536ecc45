import { createHash } from 'node:crypto';
import { createManagedIdentity } from '../../src/identity/managed-identity.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const settings = { endpoint: 'http://127.0.0.1:9/msi/token?x=1', header: 'the-header', clientId: undefined };

/** Requests one token and returns the request. */
async function request(options: { clientId?: string; refused?: string; scope?: string } = {}) {
  const clock = createSimulatedClock(the.startMs);
  const sent: { url: string; headers: Record<string, string> }[] = [];
  const fetch = (url: unknown, init?: RequestInit): Promise<Response> => {
    sent.push({ url: url as string, headers: Object.fromEntries(new Headers(init?.headers)) });
    return Promise.resolve(Response.json({ access_token: 'the token', expires_on: `${the.startMs / 1000 + 60}` }));
  };
  const requestToken = createManagedIdentity({ ...settings, clientId: options.clientId }, { fetch, clock });
  const refused = options.refused === undefined ? undefined : some.accessToken({ value: options.refused });
  const signal = new AbortController().signal;
  const { value, scope, lifetimeMs } = await requestToken(options.scope ?? the.vaultScope, { signal, refused });
  return { sent, token: { value, scope, lifetimeMs } };
}

test('a request for the system-assigned identity has the resource and the header of the platform', async () => {
  expect(await request()).toEqual({
    sent: [
      {
        url: 'http://127.0.0.1:9/msi/token?x=1&api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net',
        headers: { 'x-identity-header': 'the-header' },
      },
    ],
    token: { value: 'the token', scope: the.vaultScope, lifetimeMs: 60_000 },
  });
});

test('a request for a user-assigned identity has its client id', async () => {
  const { sent } = await request({ clientId: the.identityClientId, scope: 'api://AzureADTokenExchange/.default' });
  expect(Object.fromEntries(new URL(sent[0]?.url ?? '').searchParams)).toEqual({
    x: '1',
    'api-version': '2019-08-01',
    resource: 'api://AzureADTokenExchange',
    client_id: the.identityClientId,
  });
});

test('a request for a replacement has the hash of the refused token', async () => {
  const { sent } = await request({ refused: 'the refused token' });
  const hash = createHash('sha256').update('the refused token').digest('hex');
  expect(new URL(sent[0]?.url ?? '').searchParams.get('token_sha256_to_refresh')).toBe(hash);
});
