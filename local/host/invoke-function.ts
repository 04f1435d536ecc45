import type { CoreInvocationContext, LogCategory, LogLevel, RpcHttpData, RpcInvocationRequest } from './core-types.ts';
import type { HttpRoute } from './route-table.ts';
import type { Worker } from './worker.ts';

/**
 * Runs one invocation as the worker does: pre-invocation hooks, the function, post-invocation hooks. Resolves with the
 * HTTP answer, or undefined where the function returned none; rejects with what the function or a hook threw.
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
  const shared = { hookData: {}, appHookData: worker.appHookData, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: callback };
  await runHooks(worker, core, { name: 'preInvocation', context: before });

  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    // A post-invocation hook may look at it, replace it or take it away.
    after.error = error;
  }
  core.state = undefined;
  await runHooks(worker, core, { name: 'postInvocation', context: after });
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever the function threw goes on as it is
  if (after.error !== null && after.error !== undefined) throw after.error;

  const { returnValue } = await model.getResponse(context, after.result);
  if (returnValue === null || returnValue === undefined) return undefined;
  if (returnValue.http === null || returnValue.http === undefined) {
    throw new Error(`${metadata.name} returned something that is no HTTP answer`);
  }
  return returnValue.http;
}

async function runHooks(
  worker: Worker,
  core: CoreInvocationContext,
  { name, context }: { name: 'preInvocation' | 'postInvocation'; context: object },
): Promise<void> {
  if (!worker.hooks.has(name)) return;
  core.state = `${name}Hooks`;
  try {
    await worker.hooks.execute(name, context);
  } finally {
    core.state = undefined;
  }
}

function createCoreContext(worker: Worker, route: HttpRoute, request: RpcInvocationRequest): CoreInvocationContext {
  const { functionName } = route;
  const { invocationId } = request;
  return {
    invocationId,
    request,
    metadata: route.function.metadata,
    state: undefined,
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
