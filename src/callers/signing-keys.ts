import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { DAY_MS } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import { createBudget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';
import { parseJson } from '../json.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

export interface SigningKeysDependencies extends CacheDependencies {
  readonly fetch: Fetch;
}

const keySetSchema = v.looseObject({ keys: v.array(v.looseObject({ kty: v.string() })) });

/**
 * The issuer's public keys (RFC 7517), fetched once, again for a key id that is unknown, and in the background once a day; used on
 * while the issuer is away.
 */
export function createSigningKeys(url: string, dependencies: SigningKeysDependencies): JWTVerifyGetKey {
  const keySets = createPeriodicCache<JWTVerifyGetKey>({ periodMs: DAY_MS, ...dependencies });
  const load = (): Promise<JWTVerifyGetKey> => fetchKeySet(url, dependencies);
  return async (header, token) => {
    const known = await keySets.get(url, load);
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewed = await keySets.reloadMissing(url, load);
      return renewed(header, token);
    }
  };
}

function fetchKeySet(url: string, dependencies: SigningKeysDependencies): Promise<JWTVerifyGetKey> {
  const budget = createBudget(dependencies.clock);
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    const { status, text } = await fetchUpstream(dependencies.fetch, 'issuer', url, { signal });
    if (status === 400 || status === 404) throw unknownTenant(status);
    const keySet = v.safeParse(keySetSchema, parseJson(text));
    if (status !== 200 || !keySet.success)
      throw unavailable('does not give its signing keys', { service: 'issuer', status });
    return createLocalJWKSet(keySet.output);
  });
}

function unknownTenant(status: number): UpstreamError {
  return new UpstreamError(
    'misconfigured',
    `Entra has no signing keys for the tenant of CALLER_TENANT_ID (HTTP ${status}).`,
    { service: 'issuer', status },
    {
      hint: 'Set CALLER_TENANT_ID to the tenant id (Entra admin center > Overview), and check POWERBI_CLOUD and AZURE_AUTHORITY_HOST.',
    },
  );
}
