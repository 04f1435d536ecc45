import { HttpResponse, type HttpHandler } from '@azure/functions';
import type { HttpFunctionHandler } from './handler.ts';
import type { HttpAnswer } from './respond.ts';

const encoder = new TextEncoder();

/**
 * A response whose body the worker reads with `arrayBuffer` alone. `HttpResponse` wraps each body in a web stream, and the
 * worker reads it back: a sixth of the processor time of a request.
 *
 * HTTP streams (`enableHttpStream`) would read the empty `body` instead. This app never uses them.
 */
export function toTextResponse({ body, ...init }: HttpAnswer): HttpResponse {
  const arrayBuffer = (): Promise<ArrayBuffer> => Promise.resolve(encoder.encode(body).buffer);
  return Object.assign(new HttpResponse(init), { arrayBuffer });
}

/** The handler as the library calls it. */
export function toHttpHandler(handler: HttpFunctionHandler): HttpHandler {
  return async (request, invocation) => toTextResponse(await handler(request, invocation));
}
