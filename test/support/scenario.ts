import { randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { HttpRequest, InvocationContext, type Cookie } from '@azure/functions';
import { seed, startEmulators, type Emulators } from '../../local/emulators/emulators.ts';
import { createApp, type App } from '../../src/app/app.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { HttpAnswer } from '../../src/http/respond.ts';
import type { RouteName } from '../../src/http/routes.ts';
import type { LogLine } from './record-log.ts';
import { createSecretLedger, type SecretLedger } from './secret-ledger.ts';
import { findRoute, type SiteRoute } from './site-routes.ts';
import { createTestClock, type TestClock, type TestClockOptions } from './test-clock.ts';

/** The function app against stand-ins for Azure: real servers over real sockets and TLS. */
export interface Scenario extends Emulators {
  /** The clock of the app. A wrong setting of it does not change the clock of the stand-ins. */
  readonly clock: TestClock;
  /** All credentials, and all texts that the app returned or logged: compared after the last test of every file. */
  readonly ledger: SecretLedger;
  /** A new instance with empty caches and its own identity, which may read the vault. */
  startApp(options?: StartAppOptions): TestApp;
}

export interface StartAppOptions {
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Files beside host.json: profiles.json. */
  readonly files?: Readonly<Record<string, string>>;
  /** Replaces Math.random if a test must know the jitter. */
  readonly random?: () => number;
}

export interface TestApp {
  readonly app: App;
  /** The client id of the managed identity of this instance. */
  readonly identityClientId: string;
  /** The object id of the same identity, which the vault uses. */
  readonly identityPrincipalId: string;
  /** All log lines of invocations and of the app, except those of `dailyLog`. */
  readonly log: LogLine[];
  /** The daily lines about the remaining lifetime of each secret. */
  readonly dailyLog: LogLine[];
  request(functionName: RouteName, request?: TestRequest): Promise<TestAnswer>;
  /** Calls the handler of `target`, a path with its query, like the host. */
  visit(target: string, request?: Omit<TestRequest, 'query' | 'params'>): Promise<TestAnswer>;
  token(request?: TestRequest): Promise<TestAnswer>;
  readiness(): Promise<TestAnswer>;
}

export interface TestRequest {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly cookies: readonly Cookie[];
  readonly text: string;
  /** Empty if the answer is not JSON. */
  readonly body: Record<string, unknown>;
}

interface Stage {
  readonly emulators: Emulators;
  readonly clock: TestClock;
  readonly ledger: SecretLedger;
}

/** The public origin of the app. SIGN_IN_REDIRECT_URI of the stand-ins' registration is on this site. */
const SITE = 'http://localhost:7071';

const ledgers: SecretLedger[] = [];
const unhandledRejections: unknown[] = [];
const noteRejection = (reason: unknown): void => {
  unhandledRejections.push(reason);
};

// Every file that imports this module gets both checks: they are promises of the whole program.
beforeAll(() => {
  process.on('unhandledRejection', noteRejection);
});
afterAll(async () => {
  process.off('unhandledRejection', noteRejection);
  expect(unhandledRejections).toEqual([]);
  expect((await Promise.all(ledgers.map((ledger) => ledger.findLeaks()))).flat()).toEqual([]);
});

/**
 * Starts the stand-ins before the first test of the calling file or block, and closes them after its last. Use them only in its
 * hooks and tests.
 */
export function startScenario(options: TestClockOptions = {}): Scenario {
  const scenario = {} as Scenario;
  beforeAll(async () => {
    Object.assign(scenario, await openScenario(options));
  });
  afterAll(async () => {
    // The background work of an app must end before its servers close.
    await scenario.clock.idle();
    await scenario.close();
  });
  return scenario;
}

async function openScenario(options: TestClockOptions): Promise<Scenario> {
  const clock = createTestClock(options);
  const emulators = await startEmulators({ nowMs: clock.worldNowMs });
  const ledger = createSecretLedger();
  ledgers.push(ledger);
  trust(emulators.certificateAuthorityPem);
  return {
    ...emulators,
    clock,
    ledger,
    startApp: (options = {}) => startApp({ emulators, clock, ledger }, options),
  };
}

function trust(authorityPem: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authorityPem]);
}

function startApp({ emulators, clock, ledger }: Stage, options: StartAppOptions): TestApp {
  const log: LogLine[] = [];
  const dailyLog: LogLine[] = [];
  const identity = assignFreshIdentity(emulators);
  const settings = { ...emulators.settings, AZURE_CLIENT_ID: identity.clientId, ...options.settings };
  const write = (entry: LogLine): void => {
    (entry.event === 'secret.expiry' ? dailyLog : log).push(entry);
    ledger.noteTold(`log: ${entry.event}`, JSON.stringify(entry));
  };
  const app = createApp(
    readConfig(settings, (name) => options.files?.[name]),
    {
      fetch: clock.watch(ledger.watch(globalThis.fetch)),
      clock,
      random: options.random ?? Math.random,
      log: { info: write, warn: write, error: write },
    },
  );
  async function ask(route: SiteRoute, url: string, init: TestRequest): Promise<TestAnswer> {
    noteCredentials(ledger, url, init);
    const answer = await invoke({ ...route, url }, init, write);
    for (const { value } of answer.cookies) ledger.noteSecret(value);
    ledger.noteTold(`answer: ${route.name} ${answer.status}`, withoutGivenToken(route.name, answer));
    return answer;
  }
  const handlers = new Map(app.functions.map(({ name, handler }) => [name, handler]));
  const request: TestApp['request'] = (name, init = {}) => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`The app has no function ${name}.`);
    return ask({ name, handler, params: init.params ?? {} }, `${SITE}/api/token${init.query ?? ''}`, init);
  };
  return {
    app,
    identityClientId: identity.clientId,
    identityPrincipalId: identity.principalId,
    log,
    dailyLog,
    request,
    visit: (target, init = {}) => ask(findRoute(app, new URL(target, SITE).pathname), `${SITE}${target}`, init),
    token: (init) => request('token', init),
    readiness: () => request('readiness'),
  };
}

/** A separate identity, so that a test can remove the rights of only one instance. */
function assignFreshIdentity({ identityEndpoint, keyVault }: Emulators): { clientId: string; principalId: string } {
  const identity = { clientId: randomUUID(), principalId: randomUUID() };
  identityEndpoint.assign(identity);
  keyVault.allow(identity.principalId);
  return identity;
}

/** The credentials of a client, which the app must never repeat. */
function noteCredentials(ledger: SecretLedger, url: string, { headers = {} }: TestRequest): void {
  ledger.noteSecret(new URL(url).searchParams.get('code') ?? '');
  for (const pair of (headers['cookie'] ?? '').split('; ')) ledger.noteSecret(pair.slice(pair.indexOf('=') + 1));
}

async function invoke(
  { handler, params, url }: SiteRoute & { url: string },
  { method = 'GET', headers = {}, body }: TestRequest,
  write: (entry: LogLine) => void,
): Promise<TestAnswer> {
  const http = new HttpRequest({
    method,
    url,
    headers: { ...headers },
    params: { ...params },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
  const context = new InvocationContext({
    invocationId: randomUUID(),
    functionName: 'test',
    logHandler: (_level, ...args) => {
      write(JSON.parse(String(args[0])) as LogLine);
    },
  });
  return readAnswer(await handler(http, context));
}

function readAnswer({ status = 200, headers: init, cookies = [], body: text = '' }: HttpAnswer): TestAnswer {
  const headers = new Headers(init);
  const isJson = /^application\/([\w-]+\+)?json$/.test(headers.get('content-type') ?? '');
  return {
    status,
    headers,
    cookies,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** The member of a successful answer that contains the token. */
const GIVEN: Readonly<Record<string, string>> = {
  token: 'access_token',
  GetAccessToken: 'access_token',
  personToken: 'access_token',
  embedToken: 'token',
  embedReport: 'embed',
  embedDashboard: 'embed',
  embedTile: 'embed',
};

/** An answer without the token that it must contain, and without its cookies, which belong to the browser. */
function withoutGivenToken(name: string, { status, headers, text, body }: TestAnswer): string {
  const given = status === 200 ? GIVEN[name] : undefined;
  return JSON.stringify([[...headers], given === undefined ? text : { ...body, [given]: undefined }]);
}

export { seed };
