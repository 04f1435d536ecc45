import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { seed, type Emulators } from '../../../../local/emulators/emulators.ts';
import { createRehearsal, type Rehearsal } from '../../../../local/start/rehearsal/rehearsal.ts';
import type { FaultId } from '../../../../local/start/rehearsal/commands.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTrustedEmulators } from '../../emulators/trust-emulators.ts';

let emulators: Emulators;
let functionApp: Server;
let answer: { readonly status: number; readonly body: unknown };
let rehearsal: Rehearsal;
let said: string[];
let restart: jest.Mock<Promise<void>, []>;

const token = { expires_in: 100, expires_on: 1_000 };

beforeAll(async () => {
  emulators = await startTrustedEmulators();
  functionApp = createServer((_request, response) => {
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => functionApp.once('listening', resolve));
});
afterAll(async () => {
  functionApp.close();
  await emulators.close();
});
beforeEach(() => {
  answer = { status: 200, body: token };
  said = [];
  restart = jest.fn(() => Promise.resolve());
  rehearsal = createRehearsal({
    emulators,
    tokenUrl: `http://127.0.0.1:${(functionApp.address() as AddressInfo).port}`,
    restart,
    say: (text) => said.push(stripVTControlCharacters(text)),
  });
});
afterEach(async () => {
  await rehearsal.run({ kind: 'action', action: 'heal' });
  rehearsal.close();
});

async function askEntra(): Promise<{ readonly status: number; readonly code: string | undefined }> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: seed.app.clientId,
    client_secret: seed.app.secret,
    scope: 'https://analysis.windows.net/powerbi/api/.default',
  });
  const response = await fetch(`${emulators.entra.url}/${seed.tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
  const { error_description: description = '' } = (await response.json()) as { error_description?: string };
  return { status: response.status, code: /^AADSTS\d+/.exec(description)?.[0] };
}

test.each<[fault: FaultId, status: number]>([
  ['throttling', 429],
  ['refusing', 403],
])('a service that is %s answers %i until it works again', async (fault, status) => {
  const url = `${emulators.powerBi.url}/v1.0/myorg/groups`;
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault });
  expect([(await fetch(url)).status, rehearsal.state().faults['power-bi']]).toEqual([status, fault]);

  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: undefined });
  expect([(await fetch(url)).status, rehearsal.state().faults['power-bi']]).toEqual([401, null]);
});

test('the frame of a report does not fail with the API of Power BI', async () => {
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: 'cut-off' });
  expect((await fetch(`${emulators.powerBi.url}/reportEmbed`)).status).toBe(200);
});

test.each<[fault: FaultId]>([['cut-off'], ['silent']])('a service that is %s gives no answer', async (fault) => {
  await rehearsal.run({ kind: 'fault', service: 'key-vault', fault });

  await expect(fetch(emulators.keyVault.url, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
});

test('an expired secret is refused, and healing stores a valid one', async () => {
  await rehearsal.run({ kind: 'action', action: 'expire-secret' });
  expect(await askEntra()).toEqual({ status: 401, code: 'AADSTS7000222' });

  await rehearsal.run({ kind: 'action', action: 'heal' });
  expect(await askEntra()).toEqual({ status: 401, code: 'AADSTS7000215' });
});

test('short tokens live one minute and start with an empty cache, until everything is healed', async () => {
  await rehearsal.run({ kind: 'action', action: 'short-tokens' });
  expect([emulators.entra.tokenLifetimeSeconds, restart.mock.calls.length]).toEqual([60, 1]);

  await rehearsal.run({ kind: 'action', action: 'heal' });
  expect(emulators.entra.tokenLifetimeSeconds).toBe(3599);
});

test('the effect on the caller is printed as it happens, and summed up at the next change', async () => {
  await rehearsal.run({ kind: 'fault', service: 'key-vault', fault: 'cut-off' });
  await eventually(() => said.length === 2);
  answer = { status: 502, body: { code: 'secret_expired', detail: 'It has expired.', hint: 'Add a new one.' } };
  await eventually(() => said.length === 3);
  answer = { status: 200, body: { ...token, expires_on: 2_000 } };
  await eventually(() => said.length === 4);
  await rehearsal.run({ kind: 'action', action: 'heal' });
  await eventually(() => said.length === 7);

  expect(said.map((line) => line.replace(/\d+ ms/g, 'N ms'))).toEqual([
    'rehearse  Key Vault is cut off: closes every connection.',
    'caller    200 in N ms, first token, valid for 100 s',
    'caller    502 in N ms, secret_expired: It has expired.\n          → Add a new one.',
    'caller    200 in N ms, new token, valid for 100 s',
    'caller    3 calls, 2 served in at most N ms, 1 refused.',
    'rehearse  heal: everything works again, new tokens live an hour, and the caller stops when it gets a token.',
    'caller    200 in N ms, same token, valid for 100 s',
  ]);
});

test('a single call is counted in the singular', async () => {
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: 'slow' });
  await eventually(() => said.length === 2);
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: undefined });

  expect(said[2]).toMatch(/^caller {4}1 call, 1 served in \d+ ms\.$/);
});

test('the caller waits while the function app restarts', async () => {
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: 'slow' });
  await eventually(() => rehearsal.state().caller.calls === 1);
  let callsAtEnd = -1;
  restart.mockImplementation(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    callsAtEnd = rehearsal.state().caller.calls;
  });
  await rehearsal.run({ kind: 'action', action: 'restart' });
  await eventually(() => rehearsal.state().caller.calls === 1);

  expect(callsAtEnd).toBe(0);
});

test('a function app that does not start again is reported, and the next key works', async () => {
  restart.mockRejectedValueOnce(new Error('Port 7071 is in use.'));
  await rehearsal.run({ kind: 'action', action: 'short-tokens' });
  await rehearsal.run({ kind: 'action', action: 'restart' });

  expect(said).toEqual([
    'rehearse  short tokens: tokens live one minute instead of an hour; restarts the function app.',
    'rehearse  The function app did not start: Port 7071 is in use.',
    'rehearse  restart: a new worker of the function app, with nothing in its cache.',
  ]);
});

test('while a changed file restarts the function app, the caller pauses', async () => {
  await rehearsal.run({ kind: 'fault', service: 'power-bi', fault: 'slow' });
  await eventually(() => rehearsal.state().caller.calls > 0);
  let callsMeanwhile = 0;
  await rehearsal.pauseFor(async () => {
    const { calls } = rehearsal.state().caller;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    callsMeanwhile = rehearsal.state().caller.calls - calls;
  });
  const { calls } = rehearsal.state().caller;
  await eventually(() => rehearsal.state().caller.calls > calls);
  expect(callsMeanwhile).toBe(0);
});

test('after healing the caller stops at its first success', async () => {
  answer = { status: 503, body: { code: 'upstream_unavailable', detail: 'Away.' } };
  await rehearsal.run({ kind: 'action', action: 'restart' });
  await eventually(() => rehearsal.state().caller.calls === 1);
  await rehearsal.run({ kind: 'action', action: 'heal' });
  await eventually(() => rehearsal.state().caller.calls === 1);
  answer = { status: 200, body: token };
  await eventually(() => rehearsal.state().caller.served === 1);
  const { calls } = rehearsal.state().caller;
  await new Promise((resolve) => setTimeout(resolve, 1500));

  expect(rehearsal.state().caller.calls).toBe(calls);
});
