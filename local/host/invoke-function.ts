import type { CoreInvocationContext, LogCategory, LogLevel, RpcHttpData, RpcInvocationRequest } from './core-types.ts';
import type { HttpRoute } from './route-table.ts';
import type { Worker } from './worker.ts';

/**
 * Runs one invocation as the worker does. Resolves with the HTTP answer, or undefined if the function returned none. Rejects
 * with the function's error.
 */
export async function invokeFunction(
  worker: Worker,
  route: HttpRoute,
  { request, invocationId }: { request: RpcHttpData; invocationId: string },
): Promise<RpcHttpData | undefined> {
  const { metadata, callback } = route.function;
  const core = createCoreContext(worker, route, toInvocationRequest(route, request, invocationId));
  const model = await worker.programmingModel().getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const result = await model.invokeFunction(context, inputs, callback);
  const { returnValue } = await model.getResponse(context, result);
  if (returnValue === null || returnValue === undefined) return undefined;
  if (returnValue.http === null || returnValue.http === undefined) {
    throw new Error(`The function "${metadata.name}" returned something other than an HTTP answer.`);
  }
  return returnValue.http;
}

function createCoreContext(worker: Worker, route: HttpRoute, request: RpcInvocationRequest): CoreInvocationContext {
  const { functionName } = route;
  const { invocationId } = request;
  return {
    invocationId,
    request,
    metadata: route.function.metadata,
    state: 'invocation',
    log(level: LogLevel, category: LogCategory, message: string) {
      worker.log({ kind: 'message', level, category, message, functionName, invocationId });
    },
  };
}

function toInvocationRequest(route: HttpRoute, http: RpcHttpData, invocationId: string): RpcInvocationRequest {
  return {
    invocationId,
    functionId: route.functionName,
    inputData: [{ name: route.triggerName, data: { http } }],
    triggerMetadata: {},
    traceContext: {
      traceParent: http.nullableHeaders?.['traceparent']?.value ?? newTraceParent(invocationId),
      traceState: http.nullableHeaders?.['tracestate']?.value ?? '',
    },
  };
}

function newTraceParent(invocationId: string): string {
  const hex = invocationId.replaceAll('-', '');
  return `00-${hex}-${hex.slice(16)}-00`;
}
