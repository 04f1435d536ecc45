import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors } from './cors.ts';
import { isAuthorized, type FunctionKeys } from './function-keys.ts';
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
  /** Undefined: keys are not asked for, as `func start` does not ask for them. */
  readonly keys: FunctionKeys | undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers requests in the real host's order: CORS, route, key, body, function. Never rejects. */
export function createRequestListener(options: RequestListenerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = performance.now();
    const path = pathOfTarget(request.url ?? '/');
    await answer(options, path, { request, response });
    options.worker.log({
      kind: 'request',
      method: request.method ?? 'GET',
      path,
      status: response.statusCode,
      durationMs: performance.now() - startedMs,
    });
  };
}

async function answer(
  { worker, routes, cors, keys }: RequestListenerOptions,
  path: string,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  if (cors(request, response)) return;
  const match = routes.find(request.method ?? 'GET', path);
  if (match === undefined) {
    refuse(request, response, 404);
  } else if (keys !== undefined && !isAuthorized(match.route, request, keys)) {
    refuse(request, response, 401);
  } else {
    await run(worker, match, exchange);
  }
}

async function run(worker: Worker, { route, params }: RouteMatch, { request, response }: Exchange): Promise<void> {
  const invocationId = randomUUID();
  try {
    const body = await readBody(request);
    if (body.kind === 'too-large') {
      refuse(request, response, 413);
      return;
    }
    const invocation = { request: toRpcRequest(request, params, body.bytes), invocationId };
    sendResponse(response, await invokeFunction(worker, route, invocation));
  } catch (error) {
    // The caller gets no word of it, from the real host either: the log has it.
    worker.log({
      kind: 'message',
      level: 'error',
      category: 'system',
      message: `Executed 'Functions.${route.functionName}' (Failed, Id=${invocationId}): ${describe(error)}`,
      functionName: route.functionName,
      invocationId,
    });
    if (response.headersSent) response.destroy();
    else refuse(request, response, 500);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  sendEmpty(response, status);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
