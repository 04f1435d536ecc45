import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasMalformedPrincipal, refusalOf } from './check-request.ts';
import type { Cors } from './cors.ts';
import { isAuthorized, type HostKeys } from './function-keys.ts';
import { invokeFunction } from './invoke-function.ts';
import { readBody } from './read-body.ts';
import { pathOfTarget } from './request-path.ts';
import type { RouteMatch, RouteTable } from './route-table.ts';
import { toRpcRequest } from './rpc-request.ts';
import { sendEmpty, sendResponse } from './send-response.ts';
import type { Worker } from './worker.ts';

export interface RequestListenerOptions {
  readonly worker: Worker;
  readonly routes: RouteTable;
  readonly cors: Cors;
  /** Undefined: no key is required, as under `func start`. */
  readonly keys: HostKeys | undefined;
  readonly isEasyAuthOn: boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly invocationId: string;
}

/** Answers requests in the real host's order: limits, CORS, route, key, body, function. Never rejects. */
export function createRequestListener(options: RequestListenerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = performance.now();
    const exchange = { request, response, path: pathOfTarget(request.url ?? '/'), invocationId: randomUUID() };
    const hasRun = await answer(options, exchange);
    options.worker.log({
      kind: 'request',
      method: request.method ?? 'GET',
      path: exchange.path,
      status: response.statusCode,
      durationMs: performance.now() - startedMs,
      invocationId: hasRun ? exchange.invocationId : undefined,
      userAgent: request.headers['user-agent'],
      refusedOrigin: refusedOriginOf(request, response),
    });
  };
}

function refusedOriginOf({ headers }: IncomingMessage, response: ServerResponse): string | undefined {
  const { origin, host } = headers;
  if (origin === undefined || response.hasHeader('Access-Control-Allow-Origin')) return undefined;
  const isSameOrigin = URL.canParse(origin) && new URL(origin).host === host;
  return isSameOrigin ? undefined : origin;
}

/** Resolves with whether a function ran. */
async function answer(options: RequestListenerOptions, exchange: Exchange): Promise<boolean> {
  const { request, response } = exchange;
  const refusal = refusalOf(request);
  if (refusal !== undefined) return refuse(exchange, refusal);
  if (options.cors(request, response)) return false;
  const match = options.routes.find(request.method ?? 'GET', exchange.path);
  if (match === undefined) return refuse(exchange, 404);
  if (hasMalformedPrincipal(request, options.isEasyAuthOn)) return refuse(exchange, 500);
  if (options.keys !== undefined && !isAuthorized(match.route, request, options.keys)) return refuse(exchange, 401);
  await run(options.worker, match, exchange);
  return true;
}

async function run(worker: Worker, { route, params }: RouteMatch, exchange: Exchange): Promise<void> {
  const { request, response, invocationId } = exchange;
  try {
    const body = await readBody(request);
    if (body.kind === 'too-large') {
      refuse(exchange, 413);
      return;
    }
    const invocation = { request: toRpcRequest(request, params, body.bytes), invocationId };
    sendResponse(response, await invokeFunction(worker, route, invocation));
  } catch (error) {
    // As on the real host, only the log has the reason: the caller gets 500 with an empty body.
    worker.log({
      kind: 'message',
      level: 'error',
      category: 'system',
      message: `Executed 'Functions.${route.functionName}' (Failed, Id=${invocationId}): ${describe(error)}`,
      functionName: route.functionName,
      invocationId,
    });
    if (response.headersSent) response.destroy();
    else refuse(exchange, 500);
  }
}

function refuse({ request, response }: Exchange, status: number): false {
  request.resume();
  sendEmpty(response, status);
  return false;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
