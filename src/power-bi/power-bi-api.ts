import type { AccessToken } from '../access-token.ts';
import type { Clock } from '../clock.ts';
import { createBudget } from '../upstream/budget.ts';
import { fetchUpstream, type Fetch } from '../upstream/fetch-upstream.ts';
import { withRetries } from '../upstream/with-retries.ts';
import { judgePowerBiAnswer } from './judge-power-bi-answer.ts';

/** Power BI's REST API, as the holder of a token. Throws what `judgePowerBiAnswer` throws. */
export interface PowerBiApi {
  get(token: AccessToken, path: string): Promise<unknown>;
}

export interface PowerBiDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

/** `apiUrl` is the root without `/v1.0/myorg`; a path begins behind that: `/groups?$top=1`. */
export function createPowerBiApi(apiUrl: string, dependencies: PowerBiDependencies): PowerBiApi {
  const { fetch, clock } = dependencies;
  return {
    get: (token, path) =>
      withRetries({ ...dependencies, budget: createBudget(clock), service: 'power-bi' }, async (signal) => {
        const answer = await fetchUpstream(fetch, 'power-bi', `${apiUrl}/v1.0/myorg${path}`, {
          headers: { Authorization: `Bearer ${token.value}`, Accept: 'application/json' },
          signal,
        });
        return judgePowerBiAnswer(answer, clock.now().wallMs);
      }),
  };
}
