import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { DAY_MS, HOUR_MS } from '../clock.ts';
import type { UpstreamError } from '../errors.ts';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';
import { parseJson } from '../json.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

export interface SigningKeysDependencies extends CacheDependencies {
  readonly fetch: Fetch;
}

export interface SigningKeysSource {
  /** The issuer's name in tokens, in each of its forms. A key that names another issuer is skipped. */
  readonly issuers: readonly [string, ...string[]];
  /** The URL of the key set. May read it from the issuer's metadata. */
  readonly locate: (budget: Budget) => Promise<string>;
  /** What a refusal of that URL means; undefined if only its status has a meaning. */
  readonly explainRefusal: (status: number) => UpstreamError | undefined;
}

const REFRESH_EVERY_MS = 4 * HOUR_MS;
/** An issuer that revokes a key removes it from the set. A set of this age is no longer used. */
const MAX_AGE_MS = 3 * DAY_MS;

const keySetSchema = v.looseObject({ keys: v.array(v.looseObject({ kty: v.string() })) });

/**
 * The issuer's public keys (RFC 7517). They are fetched once, again for an unknown key id, and every four hours in the
 * background. While the issuer is not available, the last set is used for up to three days.
 */
export function createSigningKeys(source: SigningKeysSource, dependencies: SigningKeysDependencies): JWTVerifyGetKey {
  const keySets = createPeriodicCache<JWTVerifyGetKey>({
    periodMs: REFRESH_EVERY_MS,
    maxAgeMs: MAX_AGE_MS,
    ...dependencies,
  });
  const [key] = source.issuers;
  const load = (): Promise<JWTVerifyGetKey> => fetchKeySet(source, dependencies);
  return async (header, token) => {
    const known = await keySets.get(key, load);
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewed = await keySets.reloadMissing(key, load);
      return renewed(header, token);
    }
  };
}

async function fetchKeySet(source: SigningKeysSource, dependencies: SigningKeysDependencies): Promise<JWTVerifyGetKey> {
  const budget = createBudget(dependencies.clock);
  const url = await source.locate(budget);
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    const answer = await fetchUpstream(dependencies.fetch, 'issuer', url, { signal });
    const { status } = answer;
    const { wallMs: nowMs } = dependencies.clock.now();
    if (judgeStatus('issuer', status) !== 'success')
      throw source.explainRefusal(status) ?? refuseByStatus(answer, { service: 'issuer', nowMs });
    const keySet = v.safeParse(keySetSchema, parseJson(answer.text));
    if (!keySet.success) throw unavailable('does not return its signing keys', { service: 'issuer', status });
    return createLocalJWKSet(onlyOwnKeys(keySet.output, source.issuers));
  });
}

/**
 * Entra's key sets name the issuer of each key. The set of one tenant also holds keys for personal accounts, and keys for every
 * tenant: their issuer has `{tenantid}` in it.
 */
function onlyOwnKeys({ keys }: JSONWebKeySet, issuers: readonly string[]): JSONWebKeySet {
  const isOwn = ({ issuer }: Readonly<Record<string, unknown>>): boolean =>
    issuer === undefined || issuers.some((own) => own === issuer || own === forTenantOf(own, issuer));
  return { keys: keys.filter((key) => isOwn({ ...key })) };
}

function forTenantOf(own: string, issuer: unknown): string | undefined {
  const tenantId = /\/([\da-f-]{36})\//.exec(own)?.[1];
  return typeof issuer === 'string' && tenantId !== undefined ? issuer.replaceAll('{tenantid}', tenantId) : undefined;
}
