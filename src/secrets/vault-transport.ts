import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import { createAzureHttpClient } from '../upstream/azure-http-client.ts';
import type { Fetch } from '../runtime.ts';
import { memberOf, parseJson } from '../json.ts';
import { readId } from '../upstream/safe-words.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { isTransientStatus, unavailable } from '../upstream/unavailable.ts';

/**
 * The transport to Key Vault. The SDK takes every answer for JSON of the vault's own form, and throws a TypeError at the
 * first that is not: what a gateway in front of the vault says instead is judged here, before the SDK sees it.
 */
export function createVaultTransport(fetch: Fetch, clock: Clock): HttpClient {
  const transport = createAzureHttpClient(fetch, 'key-vault');
  return { sendRequest: async (request) => judgeForm(await transport.sendRequest(request), clock.now().wallMs) };
}

/** Throws `upstream_unavailable` for what is no answer of a vault, and for one that says "not now". */
function judgeForm(response: PipelineResponse, nowMs: number): PipelineResponse {
  const { status, headers, bodyAsText } = response;
  const upstream = { service: 'key-vault', status, correlationId: readId(headers.get('x-ms-request-id')) } as const;
  if (isTransientStatus(status)) {
    throw unavailable(`is not available (HTTP ${status})`, upstream, {
      retryAfterSeconds: parseRetryAfterSeconds(headers.get('retry-after'), nowMs),
    });
  }
  // Some refusals have no body. That is an answer too, but one that the SDK cannot read.
  if (status >= 400 && (bodyAsText ?? '') === '') return { ...response, bodyAsText: '{}' };
  const body = parseJson(bodyAsText);
  const hasForm = status === 200 ? isItemOrList(body) : status >= 400 && isObject(body);
  if (!hasForm) throw unavailable('gave an answer that does not parse', upstream);
  return response;
}

/** A secret and a certificate name themselves by `id`, a key and a signature by the key's `kid`. */
function isItemOrList(body: unknown): boolean {
  const id = memberOf(body, 'id') ?? memberOf(body, 'kid') ?? memberOf(memberOf(body, 'key'), 'kid');
  return (typeof id === 'string' && URL.canParse(id)) || Array.isArray(memberOf(body, 'value'));
}

function isObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null;
}
