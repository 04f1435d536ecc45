import * as oauth from 'oauth4webapi';
import type { IssuerSettings } from '../config/profiles/profile.ts';
import { DAY_MS } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import type { Fetch } from '../runtime.ts';
import { fetchUpstream, type UpstreamAnswer } from '../upstream/fetch-upstream.ts';
import { parseJson } from '../json.ts';
import { isTransientStatus, unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';

/** Where an issuer's tokens are asked for. */
export interface IssuerAddress {
  readonly issuer: string;
  readonly tokenEndpoint: string;
}

/** Finds an issuer's token endpoint: by what the profile says, or by OpenID Connect Discovery 1.0. */
export type FindIssuer = (settings: IssuerSettings, budget: Budget) => Promise<IssuerAddress>;

export interface DiscoveryDependencies extends CacheDependencies {
  readonly fetch: Fetch;
}

/** What was discovered is asked for anew once a day, and used on while the issuer is away. */
export function createIssuerDiscovery(dependencies: DiscoveryDependencies): FindIssuer {
  const found = createPeriodicCache<IssuerAddress>({ periodMs: DAY_MS, ...dependencies });
  return async (settings, budget) => {
    if (settings.kind === 'endpoint') return settings;
    return found.get(settings.issuer, () => discover(settings.issuer, dependencies, budget));
  };
}

function discover(issuer: string, dependencies: DiscoveryDependencies, budget: Budget): Promise<IssuerAddress> {
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    let answer: UpstreamAnswer | undefined;
    await oauth.discoveryRequest(new URL(issuer), {
      algorithm: 'oidc',
      signal,
      [oauth.customFetch]: async (url, init) => {
        answer = await fetchUpstream(dependencies.fetch, 'issuer', url, {
          method: init.method,
          headers: init.headers,
          signal,
        });
        return new Response();
      },
    });
    return judgeMetadata(issuer, answer);
  });
}

async function judgeMetadata(issuer: string, answer: UpstreamAnswer | undefined): Promise<IssuerAddress> {
  const upstream = { service: 'issuer', status: answer?.status } as const;
  const metadata = parseJson(answer?.text);
  if (answer === undefined || isTransientStatus(answer.status)) throw unavailable('is not available', upstream);
  if (answer.status === 200 && metadata === undefined) throw unavailable('gave metadata that does not parse', upstream);
  try {
    const response = Response.json(metadata ?? {}, { status: answer.status });
    const { token_endpoint: tokenEndpoint } = await oauth.processDiscoveryResponse(new URL(issuer), response);
    if (tokenEndpoint === undefined || !isHttps(tokenEndpoint))
      throw new Error('The metadata names no token_endpoint.');
    return { issuer, tokenEndpoint };
  } catch (cause) {
    throw new UpstreamError(
      'issuer_rejected',
      'The issuer has no metadata that fits: no /.well-known/openid-configuration, another issuer in it, or no https token_endpoint.',
      upstream,
      {
        hint: 'Check "issuer" of the profile: it must be, to the letter, what the metadata calls "issuer"; or give "tokenEndpoint".',
        cause,
      },
    );
  }
}

function isHttps(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}
