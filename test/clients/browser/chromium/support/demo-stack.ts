import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Answer, RecordedRequest } from '../../../../../local/emulators/emulator.ts';
import { startEmulatorServer, type EmulatorServer } from '../../../../../local/emulators/emulator-server.ts';
import {
  answerEmbedRequest,
  type EmbedTokenView,
} from '../../../../../local/emulators/power-bi-embed/answer-embed-request.ts';
import { describeCaller } from '../../../../../local/start/readable-log.ts';
import { seed } from '../../../../../local/emulators/seed.ts';

/** The demo page of npm start, with an app whose answers a test sets. */
export interface DemoStack {
  readonly url: string;
  readonly site: EmulatorServer;
  readonly app: EmulatorServer;
  /** In place of the app's answer to `GET /api/embed/…`, while it is defined. */
  embedAnswer: Answer | undefined;
  readonly close: () => Promise<void>;
}

const { workspace, users } = seed;
const PEOPLE = [
  { id: 'ada', name: 'Ada', upn: users.ada.upn, oid: users.ada.oid },
  { id: 'grace', name: 'Grace', upn: users.grace.upn, oid: users.grace.oid },
];
const REPORTS = [
  { id: workspace.salesReportId, name: 'Sales' },
  { id: workspace.payrollReportId, name: 'Payroll' },
];

export async function startDemoStack(): Promise<DemoStack> {
  const tokens = new Map<string, EmbedTokenView>();
  const titleOf = (id: string): string | undefined => REPORTS.find((report) => report.id === id)?.name;
  const readToken = (token: string): EmbedTokenView | undefined => tokens.get(token);
  const powerBi = await startEmulatorServer({
    nowMs: Date.now,
    handle: (request) => answerEmbedRequest({ nowMs: Date.now, readToken, titleOf }, request),
  });
  const embedOrigin = powerBi.url.replace('127.0.0.1', 'localhost');
  const app = await startEmulatorServer({
    nowMs: Date.now,
    handle: (request) => answerApp(stack, request, { tokens, embedOrigin }),
  });
  const directory = mkdtempSync(join(tmpdir(), 'demo-'));
  execFileSync(process.execPath, ['clients/browser/demo/build.mjs', directory]);
  const commands: string[] = [];
  const site = await startEmulatorServer({
    nowMs: Date.now,
    handle: (request) => answerSite(request, { directory, appUrl: app.url, embedOrigin, commands }),
  });
  const stack: DemoStack = {
    url: site.url.replace('127.0.0.1', 'localhost'),
    site,
    app,
    embedAnswer: undefined,
    close: async () => {
      rmSync(directory, { recursive: true });
      await Promise.all([powerBi, app, site].map((server) => server.close()));
    },
  };
  return stack;
}

interface AppWorld {
  readonly tokens: Map<string, EmbedTokenView>;
  readonly embedOrigin: string;
}

function answerApp(stack: DemoStack, { method, path, headers }: RecordedRequest, world: AppWorld): Answer {
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' };
  if (method === 'OPTIONS') return { status: 204, headers: cors };
  const person = PEOPLE.find(({ id }) => headers.authorization === `Bearer token-of-${id}`);
  if (person === undefined) return { status: 401, headers: cors };
  if (path === '/api/reports') return { status: 200, headers: cors, body: { value: REPORTS } };
  if (stack.embedAnswer) return { ...stack.embedAnswer, headers: { ...cors, ...stack.embedAnswer.headers } };
  return { status: 200, headers: cors, body: describeEmbedding(path.split('/').at(-1) ?? '', person.oid, world) };
}

function describeEmbedding(id: string, username: string, { tokens, embedOrigin }: AppWorld): unknown {
  const accessToken = `embed-token-${tokens.size}`;
  const expiresAtMs = Date.now() + 110_000;
  const reader = id === workspace.payrollReportId ? { username, roles: ['Employee'] } : undefined;
  tokens.set(accessToken, { expiresAtSeconds: expiresAtMs / 1000, itemIds: [id], reader });
  const embedUrl = `${embedOrigin}/reportEmbed?reportId=${id}&groupId=${workspace.id}`;
  return {
    embed: { type: 'report', id, embedUrl, accessToken, tokenType: 1, permissions: 1, viewMode: 0 },
    name: REPORTS.find((report) => report.id === id)?.name,
    token_id: '9b2f6f0e-3a41-4c58-9a0d-6d1f0f2b7c11',
    expires_in: 110,
    expires_at: new Date(expiresAtMs).toISOString(),
    refresh_in: 88,
  };
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

interface SiteWorld {
  readonly directory: string;
  readonly appUrl: string;
  readonly embedOrigin: string;
  /** What the controls of the rehearsal have sent. */
  readonly commands: string[];
}

/** Serves the page like npm start, with the same Content-Security-Policy and the same /demo requests. */
function answerSite(
  request: RecordedRequest,
  { directory, appUrl, embedOrigin, commands }: SiteWorld,
): Answer | undefined {
  const { path, method, headers, body } = request;
  if (path === '/demo/config') return { status: 200, body: describeDemo(appUrl) };
  if (path.startsWith('/demo/') && headers['x-rehearsal'] !== '1')
    return { status: 403, body: { error: 'No header.' } };
  if (path === '/demo/sign-in') {
    const { person } = JSON.parse(body) as { person: string };
    return { status: 200, body: { access_token: `token-of-${person}`, expires_in: 3600 } };
  }
  if (path === '/demo/rehearsal') {
    if (method === 'POST') commands.push(body);
    const state = describeRehearsal(commands.at(-1) ?? '{}');
    return { status: 200, body: method === 'POST' ? state : { ...state, ...linesAfter(request, commands) } };
  }
  const file = path === '/' ? '/index.html' : path;
  const policy = `default-src 'self'; connect-src 'self' ${appUrl}; frame-src ${embedOrigin}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const type = TYPES[extname(file)];
  if (type === undefined) return undefined;
  const content = { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy };
  return { status: 200, headers: content, body: readFileSync(join(directory, file), 'utf8') };
}

function describeDemo(appUrl: string): unknown {
  return {
    apiUrl: `${appUrl}/api`,
    mainApiUrl: 'http://localhost:7071/api',
    workspaceId: workspace.id,
    firstReportId: workspace.payrollReportId,
    people: PEOPLE.map(({ id, name, upn, oid }) => ({
      id,
      name,
      upn,
      caller: describeCaller(`${seed.tenantId}/${oid}`),
    })),
    services: [
      { id: 'key-vault', label: 'Key Vault' },
      { id: 'entra', label: 'Entra' },
      { id: 'identity-endpoint', label: 'Identity endpoint' },
      { id: 'power-bi', label: 'Power BI' },
    ],
    faults: [
      { id: 'slow', label: 'slow', effect: 'answers after 5 s' },
      { id: 'silent', label: 'silent', effect: 'never answers' },
      { id: 'throttling', label: 'throttling', effect: 'answers 429' },
    ],
    actions: [
      { id: 'rotate-secret', label: 'Rotate the secret', effect: 'The vault and Entra get a new secret.' },
      { id: 'short-tokens', label: 'Short tokens', effect: 'Tokens live for one minute.' },
      { id: 'restart', label: 'Restart the app', effect: 'The app starts with empty caches.' },
      { id: 'heal', label: 'Heal everything', effect: 'All faults end.' },
    ],
  };
}

function describeRehearsal(body: string) {
  const { service, fault } = JSON.parse(body) as { service?: string; fault?: string };
  return {
    faults: { 'key-vault': null, entra: null, ...(service === undefined ? {} : { [service]: fault }) },
    caller: {
      calls: 12,
      served: 11,
      slowestMs: 3.75,
      last: { status: 502, code: 'secret_expired', hint: 'Renew it.' },
    },
  };
}

/** As npm start writes them. */
const APP_LINES = [
  `15:20:05  GET  /api/embed/W/R  200  2 ms  ${describeCaller(`${seed.tenantId}/${users.ada.oid}`)}  hit`,
];

function linesAfter({ query }: RecordedRequest, commands: readonly string[]) {
  const texts = [...APP_LINES, ...commands.map((command) => `The rehearsal got ${command}`)];
  const lines = texts.map((text) => ({ time: '2026-11-26T14:20:05.123Z', source: 'demo-app', level: 'info', text }));
  return { lines: lines.slice(Number(query.get('after'))), seq: lines.length };
}
