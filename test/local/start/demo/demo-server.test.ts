import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { seed, type Emulators } from '../../../../local/emulators/emulators.ts';
import { createDemoApi } from '../../../../local/start/demo/demo-api.ts';
import { startDemoServer } from '../../../../local/start/demo/demo-server.ts';
import { startEmbedServer } from '../../../../local/start/demo/embed-server.ts';
import type { LoopbackServer } from '../../../../local/start/demo/loopback-server.ts';
import { createJournal, type Journal } from '../../../../local/start/journal.ts';
import { createRehearsal, type Rehearsal } from '../../../../local/start/rehearsal/rehearsal.ts';
import { startTrustedEmulators } from '../../emulators/trust-emulators.ts';
import { sendRaw } from '../../host/support/raw-request.ts';

let emulators: Emulators;
let folder: string;
let journal: Journal;
let rehearsal: Rehearsal;
let server: LoopbackServer;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
  folder = mkdtempSync(join(tmpdir(), 'demo-page-'));
  writeFileSync(join(folder, 'index.html'), '<title>Demo</title>');
  writeFileSync(join(folder, 'page.js'), '1');
  writeFileSync(join(folder, 'secret.pem'), 'no');
  journal = createJournal(() => new Date(0));
  rehearsal = createRehearsal({
    emulators,
    tokenUrl: 'http://127.0.0.1:9',
    restart: () => Promise.resolve(),
    say: (text) => {
      journal.add('rehearsal', { level: 'info', text });
    },
  });
  const api = createDemoApi({
    apiUrl: 'http://localhost:7091/api',
    mainApiUrl: 'http://localhost:7071/api',
    embedOrigin: 'http://localhost:7092',
    entra: emulators.entra,
    rehearsal,
    journal,
  });
  server = await startDemoServer({
    port: 0,
    pageFolder: folder,
    api,
    appOrigin: 'http://localhost:7091',
    embedOrigin: 'http://localhost:7092',
  });
});
afterAll(async () => {
  rehearsal.close();
  await server.close();
  await emulators.close();
  rmSync(folder, { recursive: true });
});

function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = { 'X-Rehearsal': '1' },
): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('the page is served with a policy that names the app and the reports', async () => {
  const answer = await fetch(server.url);

  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<title>Demo</title>',
  ]);
  expect(answer.headers.get('content-security-policy')).toBe(
    "default-src 'self'; connect-src 'self' http://localhost:7091; frame-src http://localhost:7092; " +
      "style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test.each([
  ['/page.js', 200],
  ['/nothing.js', 404],
  ['/secret.pem', 404],
  ['/..%2fpage.js', 404],
  ['/%2e%2e/%2e%2e/package.json', 404],
])('GET %s is a %d', async (path, status) => {
  expect((await fetch(`${server.url}${path}`)).status).toBe(status);
});

test('the configuration names addresses, people and every button', async () => {
  const config = (await (await fetch(`${server.url}/demo/config`)).json()) as Record<string, unknown>;

  expect(config).toMatchObject({
    apiUrl: 'http://localhost:7091/api',
    workspaceId: seed.workspace.id,
    firstReportId: seed.workspace.payrollReportId,
    people: [{ id: 'ada' }, { id: 'grace' }],
    services: [{ id: 'key-vault' }, { id: 'entra' }, { id: 'identity-endpoint' }, { id: 'power-bi' }],
  });
  expect(JSON.stringify(config)).not.toContain(seed.users.ada.password);
});

test('a sign-in returns an Entra token of the person for the demo app', async () => {
  const answer = await post('/demo/sign-in', { person: 'grace' });
  const { access_token: token } = (await answer.json()) as { access_token: string };

  expect(decodeJwt(token)).toMatchObject({
    aud: `api://${seed.personApp.clientId}`,
    oid: seed.users.grace.oid,
    scp: 'access_as_user',
  });
});

test('a button changes the state, and the page gets the lines of the terminal', async () => {
  const after = journal.lastSeq();
  const changed = await post('/demo/rehearsal', { service: 'entra', fault: 'slow' });
  expect(await changed.json()).toEqual({
    faults: { 'key-vault': null, entra: 'slow', 'identity-endpoint': null, 'power-bi': null },
    caller: { calls: 0, served: 0, slowestMs: 0, last: null },
  });

  const headers = { 'X-Rehearsal': '1' };
  const read = await fetch(`${server.url}/demo/rehearsal?after=${after}`, { headers });
  const text = 'rehearse  Entra is slow: answers after 5 s.';
  expect(await read.json()).toMatchObject({
    caller: { calls: expect.any(Number) as number },
    lines: [{ seq: after + 1, source: 'rehearsal', level: 'info', text }],
    seq: after + 1,
  });
  expect((await post('/demo/rehearsal', { service: 'entra', fault: null })).status).toBe(200);
});

test.each([
  ['an unknown service', '/demo/rehearsal', { service: 'constructor', fault: 'slow' }],
  ['an unknown fault', '/demo/rehearsal', { service: 'entra', fault: 'toString' }],
  ['an unknown action', '/demo/rehearsal', { action: '__proto__' }],
  ['nothing', '/demo/rehearsal', {}],
  ['an unknown person', '/demo/sign-in', { person: 'mallory' }],
  ['a long body', '/demo/sign-in', { person: 'ada', padding: 'x'.repeat(2000) }],
])('%s is a 400', async (_what, path, body) => {
  expect((await post(path, body)).status).toBe(400);
});

test.each([
  ['POST', '/demo/rehearsal'],
  ['POST', '/demo/sign-in'],
  ['GET', '/demo/rehearsal'],
])('%s %s without the header X-Rehearsal is a 403', async (method, path) => {
  expect((await fetch(`${server.url}${path}`, { method })).status).toBe(403);
});

test('a page of another origin gets no permission to send the header', async () => {
  const headers = {
    origin: 'https://attacker.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-rehearsal',
  };
  const preflight = await fetch(`${server.url}/demo/rehearsal`, { method: 'OPTIONS', headers });

  expect([preflight.ok, preflight.headers.get('access-control-allow-origin')]).toEqual([false, null]);
});

test.each(['/', '/demo/config'])('a request for %s with a Host that is not loopback is a 421', async (path) => {
  expect((await sendRaw(`${server.url}${path}`, ['Host', 'attacker.example'])).status).toBe(421);
});

test('the reports are those of the stand-in Power BI, over plain HTTP', async () => {
  const embed = await startEmbedServer({
    port: 0,
    powerBiUrl: emulators.powerBi.url,
    certificateAuthorityPem: emulators.certificateAuthorityPem,
  });
  try {
    const direct = await fetch(`${emulators.powerBi.url}/v1.0/myorg/groups`);
    const forwarded = await fetch(`${embed.url}/v1.0/myorg/groups`);
    expect([forwarded.status, await forwarded.text()]).toEqual([direct.status, await direct.text()]);
  } finally {
    await embed.close();
  }
});
