import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential, type AccessToken as AzureAccessToken } from '@azure/identity';
import { ServiceError, UpstreamError } from '../errors.ts';
import { sendAzureRequest } from '../upstream/azure-http-client.ts';
import type { Clock } from '../clock.ts';
import type { Fetch } from '../runtime.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { isTransientStatus, unavailable } from '../upstream/unavailable.ts';

/** What became of the one HTTP request behind a `getToken`. */
interface IdentityCall {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  answer?: PipelineResponse;
  failure?: ServiceError;
}

/**
 * MSAL keeps one managed identity source, with the transport of whoever came first, for the whole process, and turns every
 * failure into a text. So the transport finds its caller here, and tells it what the endpoint really said.
 */
const calls = new AsyncLocalStorage<IdentityCall>();
let callsUnderWay = 0;

const transport = {
  async sendRequest(request: Parameters<typeof sendAzureRequest>[2]): Promise<PipelineResponse> {
    const call = calls.getStore();
    if (call === undefined) throw new Error('The identity transport was used outside of a getToken call.');
    try {
      call.answer = await sendAzureRequest(call.fetch, 'identity-endpoint', request, call.signal);
      return call.answer;
    } catch (error) {
      if (error instanceof ServiceError) call.failure = error;
      throw error;
    }
  },
};

export type GetIdentityToken = (scope: string, signal: AbortSignal) => Promise<AzureAccessToken>;

/**
 * Tokens of the app's own managed identity, through the identity endpoint of App Service (facts: api-version 2019-08-01).
 * `clientId` names a user-assigned identity; without it, the system-assigned one is meant.
 *
 * Throws `misconfigured` where the endpoint knows no such identity, `upstream_unavailable` where it cannot be had.
 */
export function createManagedIdentity(
  { fetch, clock }: { fetch: Fetch; clock: Clock },
  clientId: string | undefined,
): GetIdentityToken {
  // Made when it is first asked: what it finds in the environment may make it throw, and that must not end the program.
  let credential: ManagedIdentityCredential | undefined;
  const getToken = (scope: string): Promise<AzureAccessToken> => {
    credential ??= new ManagedIdentityCredential({
      ...(clientId === undefined ? {} : { clientId }),
      httpClient: transport,
      retryOptions: { maxRetries: 0 },
    });
    return credential.getToken(scope);
  };
  return async (scope, signal) => {
    const call: IdentityCall = { fetch, signal };
    try {
      return await runCall(call, () => getToken(scope));
    } catch (error) {
      throw call.failure ?? judgeIdentityAnswer(call.answer, { clientId, nowMs: clock.now().wallMs, cause: error });
    }
  };
}

/**
 * Lets the transport find `call`. Once a storage has been used, Node 22 runs a hook for every promise of the process, which
 * is a good part of what a warm request costs: so it is switched off again while no call needs it.
 */
async function runCall<T>(call: IdentityCall, run: () => Promise<T>): Promise<T> {
  callsUnderWay++;
  try {
    return await calls.run(call, run);
  } finally {
    callsUnderWay--;
    if (callsUnderWay === 0) calls.disable();
  }
}

function judgeIdentityAnswer(
  answer: PipelineResponse | undefined,
  { clientId, nowMs, cause }: { clientId: string | undefined; nowMs: number; cause: unknown },
): ServiceError {
  const service = 'identity-endpoint';
  const status = answer?.status;
  if (status === undefined || isTransientStatus(status)) {
    const retryAfterSeconds = parseRetryAfterSeconds(answer?.headers.get('retry-after'), nowMs);
    return unavailable('is not ready', { service, status }, { retryAfterSeconds, cause });
  }
  if (status === 200) return unavailable('gave an answer that is no token', { service, status }, { cause });
  const whose =
    clientId === undefined
      ? 'no system-assigned identity'
      : 'no identity of the client id that is asked for (AZURE_CLIENT_ID, or the one a profile names)';
  return new UpstreamError(
    'misconfigured',
    `The managed identity endpoint knows ${whose} (HTTP ${status}).`,
    { service, status },
    {
      hint:
        'Portal: Function App > Settings > Identity. Assign the identity; for a user-assigned one set AZURE_CLIENT_ID, or the ' +
        'member of the profile, to its client id (not its object id), for the system-assigned one leave AZURE_CLIENT_ID empty.',
      cause,
    },
  );
}
