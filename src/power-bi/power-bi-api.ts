import type { TokenHolder } from '../config/profiles/profile.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { Clock } from '../clock.ts';
import type { Budget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { judgePowerBiAnswer } from './judge-power-bi-answer.ts';

/** Power BI's REST API. Throws what `judgePowerBiAnswer` throws. */
export interface PowerBiApi {
  /** `path` begins behind `/v1.0/myorg`: `/groups?$top=1`. */
  get(caller: PowerBiCaller, path: string, budget: Budget): Promise<unknown>;
  /** `runAttempt` runs around each attempt to send. */
  send(caller: PowerBiCaller, request: PowerBiRequest, options: SendOptions): Promise<PowerBiAnswer>;
}

/** The token, and the cloud: the root of the REST API without `/v1.0/myorg`. */
export interface PowerBiCaller {
  readonly apiUrl: string;
  readonly token: AccessToken;
  readonly holder: TokenHolder;
  /** The service principal profile that acts, if there is one. */
  readonly powerBiProfileId?: string | undefined;
}

export interface PowerBiRequest {
  /** Begins behind `/v1.0/myorg`: `/groups?$top=1`. */
  readonly path: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  /** Whether it must not be repeated if it may have arrived, because it starts something. */
  readonly isSentOnce?: boolean;
}

export interface PowerBiAnswer {
  /** Undefined if the answer has no body. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface SendOptions {
  readonly budget: Budget;
  readonly runAttempt?: (attempt: () => Promise<PowerBiAnswer>) => Promise<PowerBiAnswer>;
}

export interface PowerBiDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

const SENT_ONCE = { attemptTimeoutMs: 15_000, mayRepeat: () => false } as const;

export function createPowerBiApi(dependencies: PowerBiDependencies): PowerBiApi {
  const { fetch, clock } = dependencies;

  async function sendOnce(caller: PowerBiCaller, request: PowerBiRequest, signal: AbortSignal): Promise<PowerBiAnswer> {
    const { apiUrl, token, holder, powerBiProfileId } = caller;
    const { path, body } = request;
    const answer = await fetchUpstream(fetch, 'power-bi', `${apiUrl}/v1.0/myorg${path}`, {
      headers: {
        Authorization: `Bearer ${token.value}`,
        Accept: 'application/json',
        ...(powerBiProfileId === undefined ? {} : { 'X-PowerBI-Profile-Id': powerBiProfileId }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal,
    });
    return { body: judgePowerBiAnswer(answer, { nowMs: clock.now().wallMs, holder }), headers: answer.headers };
  }

  function send(caller: PowerBiCaller, request: PowerBiRequest, options: SendOptions): Promise<PowerBiAnswer> {
    const { budget, runAttempt } = options;
    const attempt = (signal: AbortSignal): Promise<PowerBiAnswer> =>
      runAttempt === undefined
        ? sendOnce(caller, request, signal)
        : runAttempt(() => sendOnce(caller, request, signal));
    const sentOnce = request.isSentOnce === true ? SENT_ONCE : {};
    return withRetries({ ...dependencies, budget, service: 'power-bi', ...sentOnce }, attempt);
  }

  return {
    get: async (caller, path, budget) => (await send(caller, { path }, { budget })).body,
    send,
  };
}
