import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { applyAppSettings } from './app-environment.ts';
import { createCors } from './cors.ts';
import type { FunctionKeys } from './function-keys.ts';
import type { HostLog } from './host-log.ts';
import { readHostSettings, type HostSettings } from './host-settings.ts';
import { listen } from './listen.ts';
import { loadApp } from './load-app.ts';
import { createRequestListener } from './request-listener.ts';
import { createRouteTable, type HttpRoute } from './route-table.ts';
import { createWorker, type Worker } from './worker.ts';

export interface HostOptions {
  /** The app folder: package.json, whose `main` names the bundle, host.json and, if there, local.settings.json. */
  readonly directory: string;
  /** 0 for any free port; by default `Host.LocalHttpPort`, else 7071. */
  readonly port?: number | undefined;
  /** Asks for function keys as Azure does; without, none is asked for, as under `func start`. */
  readonly keys?: FunctionKeys | undefined;
  /** More app settings; they win over local.settings.json and over what the process has already. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: HostLog;
}

export interface Host {
  /** Without a slash at its end, as `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly port: number;
  readonly routes: readonly HttpRoute[];
  /** Lets running requests end, runs the appTerminate hooks and gives port and environment back; idempotent. */
  close(): Promise<void>;
}

const defaultPort = 7071;
const drainTimeoutMs = 10_000;

/**
 * Runs a function app in this process as the Azure Functions host and its Node worker do. App settings go into
 * `process.env` until `close`, so apps with different settings do not run side by side in one process.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const hostSettings = readHostSettings(options.directory);
  const hostDefaults = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development', FUNCTIONS_WORKER_RUNTIME: 'node' };
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
  const answer = createRequestListener({ worker, routes, cors: createCors(settings.cors), keys: options.keys });
  const server = createServer((request, response) => {
    response.once('close', () => {
      // A connection that is kept alive would hold a closing server open after its last answer.
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
      closing ??= stop(server, worker).finally(release);
      return closing;
    },
  };
}

async function stop(server: Server, worker: Worker): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const timeout = new AbortController();
  const drained = await Promise.race([
    closed.then(() => true),
    delay(drainTimeoutMs, false, { signal: timeout.signal }).catch(() => true),
  ]);
  timeout.abort();
  if (!drained) server.closeAllConnections();
  await closed;
  await worker.hooks.execute('appTerminate', { hookData: {}, appHookData: worker.appHookData });
}
