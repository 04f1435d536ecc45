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
}

/** In whose name Power BI is asked, and in which cloud: its root without `/v1.0/myorg`. */
export interface PowerBiCaller {
  readonly apiUrl: string;
  readonly token: AccessToken;
  readonly holder: TokenHolder;
}

export interface PowerBiDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

export function createPowerBiApi(dependencies: PowerBiDependencies): PowerBiApi {
  const { fetch, clock } = dependencies;
  return {
    get: ({ apiUrl, token, holder }, path, budget) =>
      withRetries({ ...dependencies, budget, service: 'power-bi' }, async (signal) => {
        const answer = await fetchUpstream(fetch, 'power-bi', `${apiUrl}/v1.0/myorg${path}`, {
          headers: { Authorization: `Bearer ${token.value}`, Accept: 'application/json' },
          signal,
        });
        return judgePowerBiAnswer(answer, { nowMs: clock.now().wallMs, holder });
      }),
  };
}
