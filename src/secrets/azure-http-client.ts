import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { UpstreamService } from '../errors.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';

/**
 * The transport of the Azure SDK over our `fetch`. Its requests are bounded in size and time like every other upstream request.
 */
export function createAzureHttpClient(fetch: Fetch, service: UpstreamService): HttpClient {
  return { sendRequest: (request) => sendAzureRequest(fetch, service, request) };
}

type Sdk = typeof import('./secrets-sdk.ts');
let sdk: Promise<Sdk> | undefined;
const loadSdk = (): Promise<Sdk> => (sdk ??= import('./secrets-sdk.ts'));

async function sendAzureRequest(
  fetch: Fetch,
  service: UpstreamService,
  request: PipelineRequest,
): Promise<PipelineResponse> {
  const signal = request.abortSignal as AbortSignal | undefined;
  const { status, headers, text } = await fetchUpstream(fetch, service, request.url, {
    method: request.method,
    headers: request.headers.toJSON({ preserveCase: true }),
    ...(typeof request.body === 'string' ? { body: request.body } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  const { createHttpHeaders } = await loadSdk();
  return { request, status, headers: createHttpHeaders(Object.fromEntries(headers)), bodyAsText: text };
}
