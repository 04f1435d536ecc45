import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import { memberOf, parseJson } from '../json.ts';
import type { Fetch } from '../runtime.ts';
import { createAzureHttpClient } from './azure-http-client.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { readId } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';

/**
 * The transport to Key Vault. The SDK expects JSON in the vault's format and throws a TypeError for anything else.
 * So the answer of a gateway in front of the vault is interpreted here, before the SDK gets it.
 */
export function createVaultTransport(fetch: Fetch, clock: Clock): HttpClient {
  const transport = createAzureHttpClient(fetch, 'key-vault');
  return { sendRequest: async (request) => judgeForm(await transport.sendRequest(request), clock.now().wallMs) };
}

/** For answers in another format: `upstream_unavailable` if it is a 2xx or temporary, else `secret_unavailable`. */
function judgeForm(response: PipelineResponse, nowMs: number): PipelineResponse {
  const { status, headers, bodyAsText } = response;
  const upstream = { service: 'key-vault', correlationId: readId(headers.get('x-ms-request-id')) } as const;
  const body = parseJson(bodyAsText);
  switch (judgeStatus('key-vault', status)) {
    case 'success':
      if (status === 200 && isItemOrList(body)) return response;
      throw unavailable('returned an answer that cannot be read', { ...upstream, status });
    case 'refusal':
      if (status >= 400 && typeof body === 'object' && body !== null) return response;
      // The SDK's first request has no token: it needs the challenge in the header, whatever the body is.
      if (status === 401 && headers.has('www-authenticate')) return { ...response, bodyAsText: '{}' };
      throw refuseByStatus(response, { ...upstream, nowMs });
    case 'transient':
      throw refuseByStatus(response, { ...upstream, nowMs });
  }
}

/** A secret and a certificate have an `id`, a key and a signature the key's `kid`. */
function isItemOrList(body: unknown): boolean {
  const id = memberOf(body, 'id') ?? memberOf(body, 'kid') ?? memberOf(memberOf(body, 'key'), 'kid');
  return (typeof id === 'string' && URL.canParse(id)) || Array.isArray(memberOf(body, 'value'));
}
