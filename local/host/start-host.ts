import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { applyAppSettings } from './app-environment.ts';
import { maximumHeadBytes } from './check-request.ts';
import { createCors } from './cors.ts';
import type { HostKeys } from './function-keys.ts';
import type { HostLog } from './host-log.ts';
import { readHostSettings, type HostSettings } from './host-settings.ts';
import { listen } from './listen.ts';
import { loadApp } from './load-app.ts';
import { nodeProcess } from './node-realm.ts';
import { createRequestListener } from './request-listener.ts';
import { createRouteTable, type HttpRoute } from './route-table.ts';
import { createWorker, type Worker } from './worker.ts';

export interface HostOptions {
  /** The app folder: package.json, whose `main` names the bundle, host.json and, if there, local.settings.json. */
  readonly directory: string;
  /** 0 means any free port. The default is `Host.LocalHttpPort`, else 7071. */
  readonly port?: number | undefined;
  /** With keys, guarded functions require one, as in Azure. Without, none is required, as under `func start`. */
  readonly keys?: HostKeys | undefined;
  /** Additional app settings. They override local.settings.json and the environment of the process. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: HostLog;
}

export interface Host {
  /** Without a trailing slash: `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly port: number;
  readonly routes: readonly HttpRoute[];
  /** Lets running requests end, then releases the port and restores the environment. Idempotent. */
  close(): Promise<void>;
}

const defaultPort = 7071;
const drainTimeoutMs = 10_000;

/**
 * Runs a function app in this process as the Azure Functions host and its Node worker do. App settings go into
 * `process.env` until `close`, so one process cannot run apps with different settings at the same time.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const hostSettings = readHostSettings(options.directory);
  const hostDefaults = {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    // As Core Tools do: it tells the app that it does not run in Azure.
    WEBSITE_HOSTNAME: `localhost:${options.port ?? hostSettings.localHttpPort ?? defaultPort}`,
  };
  const restoreEnvironment = applyAppSettings({ ...hostDefaults, ...hostSettings.values }, options.settings ?? {});
  try {
    return await startApp(options, hostSettings, restoreEnvironment);
  } catch (error) {
    restoreEnvironment();
    throw error;
  }
}

async function startApp(options: HostOptions, settings: HostSettings, restoreEnvironment: () => void): Promise<Host> {
  const worker = createWorker(options.log);
  const unload = await loadApp(options.directory, worker);
  try {
    const release = (): void => {
      unload();
      restoreEnvironment();
    };
    return await serve(options, { settings, worker, release });
  } catch (error) {
    unload();
    throw error;
  }
}

interface LoadedApp {
  readonly settings: HostSettings;
  readonly worker: Worker;
  readonly release: () => void;
}

async function serve(options: HostOptions, { settings, worker, release }: LoadedApp): Promise<Host> {
  const routes = createRouteTable(worker.functions.values(), settings.routePrefix);
  const answer = createRequestListener({
    worker,
    routes,
    cors: createCors(settings.cors),
    keys: options.keys,
    isEasyAuthOn: nodeProcess.env['WEBSITE_AUTH_ENABLED']?.toLowerCase() === 'true',
  });
  const server = createServer({ maxHeaderSize: maximumHeadBytes }, (request, response) => {
    response.once('close', () => {
      // After its last answer, a keep-alive connection would keep a closing server open.
      if (!server.listening) server.closeIdleConnections();
    });
    void answer(request, response);
  });
  const port = await listen(server, options.port ?? settings.localHttpPort ?? defaultPort);
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    routes: routes.routes,
    close() {
      closing ??= stop(server).finally(release);
      return closing;
    },
  };
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const timeout = new AbortController();
  const drained = await Promise.race([
    closed.then(() => true),
    delay(drainTimeoutMs, false, { signal: timeout.signal }).catch(() => true),
  ]);
  timeout.abort();
  if (!drained) server.closeAllConnections();
  await closed;
}
