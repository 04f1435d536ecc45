import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { UpstreamService } from '../errors.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from './fetch-upstream.ts';

/**
 * The transport of the Azure SDK over our `fetch`: so that its requests are bounded in size and time and can be watched
 * in a test like every other upstream call.
 */
export function createAzureHttpClient(fetch: Fetch, service: UpstreamService): HttpClient {
  return { sendRequest: (request) => sendAzureRequest(fetch, service, request) };
}

/** One request of an Azure SDK pipeline. `signal` is for callers of it that pass none to the pipeline itself. */
export async function sendAzureRequest(
  fetch: Fetch,
  service: UpstreamService,
  request: PipelineRequest,
  signal: AbortSignal | undefined = request.abortSignal as AbortSignal | undefined,
): Promise<PipelineResponse> {
  const { status, headers, text } = await fetchUpstream(fetch, service, request.url, {
    method: request.method,
    headers: request.headers.toJSON({ preserveCase: true }),
    ...(typeof request.body === 'string' ? { body: request.body } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  return { request, status, headers: createHttpHeaders(Object.fromEntries(headers)), bodyAsText: text };
}
