import { randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { HttpRequest, InvocationContext, type HttpHandler, type HttpResponseInit } from '@azure/functions';
import { seed, startEmulators, type Emulators } from '../../local/emulators/emulators.ts';
import { createApp, type App } from '../../src/app.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { LogEntry } from '../../src/log.ts';
import { createTestClock, type TestClock } from './test-clock.ts';

/** The function app against stand-ins for Azure: real servers over real sockets and TLS. */
export interface Scenario extends Emulators {
  /** The clock of the app and of every stand-in. */
  readonly clock: TestClock;
  /** A new instance: nothing cached, an identity of its own that may read the vault. */
  startApp(options?: StartAppOptions): TestApp;
}

export interface StartAppOptions {
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Files beside host.json: profiles.json. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface TestApp {
  readonly app: App;
  /** Every line that was logged, by invocations and by the app itself. */
  readonly log: LogEntry[];
  request(handler: keyof App['handlers'], request?: TestRequest): Promise<TestAnswer>;
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
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Starts the stand-ins; the test file closes them. `speed` hurries every time-out and pause. */
export async function startScenario({ speed = 1 }: { speed?: number } = {}): Promise<Scenario> {
  const clock = createTestClock({ speed });
  const emulators = await startEmulators({ nowMs: () => clock.now().wallMs });
  trust(emulators.certificateAuthorityPem);
  // MSAL reads these from the process itself, as the platform sets them, and keeps what it read first.
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: emulators.settings['IDENTITY_ENDPOINT'],
    IDENTITY_HEADER: emulators.settings['IDENTITY_HEADER'],
  });
  // MSAL keeps identity tokens by the machine's own clock: they must outlive whatever a test does to time.
  emulators.identityEndpoint.tokenLifetimeSeconds = 365 * 86_400;
  return {
    ...emulators,
    clock,
    startApp: (options = {}) => startApp({ emulators, clock, options }),
  };
}

function trust(authorityPem: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authorityPem]);
}

function startApp({
  emulators,
  clock,
  options,
}: {
  emulators: Emulators;
  clock: TestClock;
  options: StartAppOptions;
}): TestApp {
  const log: LogEntry[] = [];
  const settings = {
    ...emulators.settings,
    AZURE_CLIENT_ID: assignFreshIdentity(emulators),
    ...options.settings,
  };
  const write = (entry: LogEntry): void => {
    log.push(entry);
  };
  const app = createApp(
    readConfig(settings, (name) => options.files?.[name]),
    {
      fetch: globalThis.fetch,
      clock,
      random: Math.random,
      log: { info: write, warn: write, error: write },
    },
  );
  const request: TestApp['request'] = (handler, wish = {}) => invoke(app.handlers[handler], wish, log);
  return {
    app,
    log,
    request,
    token: (wish) => request('token', wish),
    readiness: () => request('readiness'),
  };
}

/** MSAL keeps tokens for the whole process, by client id: an identity of its own makes an instance truly new. */
function assignFreshIdentity({ identityEndpoint, keyVault }: Emulators): string {
  const identity = { clientId: randomUUID(), principalId: randomUUID() };
  identityEndpoint.assign(identity);
  keyVault.allow(identity.principalId);
  return identity.clientId;
}

async function invoke(handler: HttpHandler, wish: TestRequest, log: LogEntry[]): Promise<TestAnswer> {
  const { method = 'GET', query = '', headers = {}, params = {}, body } = wish;
  const http = new HttpRequest({
    method,
    url: `http://localhost:7071/api/token${query}`,
    headers: { ...headers },
    params: { ...params },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
  const context = new InvocationContext({
    invocationId: randomUUID(),
    functionName: 'test',
    logHandler: (_level, ...args) => {
      log.push(JSON.parse(String(args[0])) as LogEntry);
    },
  });
  return readAnswer(await handler(http, context));
}

function readAnswer(response: HttpResponseInit): TestAnswer {
  const text = typeof response.body === 'string' ? response.body : '';
  return {
    status: response.status ?? 200,
    headers: new Headers(response.headers),
    text,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

export { seed };
