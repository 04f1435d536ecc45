import * as oauth from 'oauth4webapi';
import { createPeriodicCache } from '../cache/periodic-cache.ts';
import type { CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import { DAY_MS } from '../clock.ts';
import type { IssuerSettings } from '../config/profiles/profile.ts';
import { UpstreamError } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';
import type { Fetch } from '../runtime.ts';
import type { Budget } from '../upstream/budget.ts';
import { fetchUpstream, type UpstreamAnswer } from '../upstream/fetch-upstream.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';

/** Where an issuer's tokens are requested, and what it expects of a client assertion. */
export interface IssuerAddress {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly isEntra: boolean;
  readonly assertion: AssertionForm;
}

/** The form of a `private_key_jwt` (OpenID Connect Core section 9). */
export interface AssertionForm {
  readonly audience: string;
  readonly type: 'JWT' | 'client-authentication+jwt';
  readonly algorithm: 'PS256' | 'RS256';
}

/** Finds an issuer's token endpoint: in the profile, or by OpenID Connect Discovery 1.0. */
export type FindIssuer = (settings: IssuerSettings, budget: Budget) => Promise<IssuerAddress>;

export interface DiscoveryDependencies extends CacheDependencies {
  readonly fetch: Fetch;
}

/** Metadata is read again once a day, and stays in use while the issuer is not available. */
export function createIssuerDiscovery(dependencies: DiscoveryDependencies): FindIssuer {
  const found = createPeriodicCache<Metadata>({ periodMs: DAY_MS, ...dependencies });
  return async (settings, budget) => {
    const { issuer, isEntra } = settings;
    const metadata =
      settings.kind === 'endpoint'
        ? settings
        : await found.get(issuer, () => discover(issuer, { ...dependencies, budget }));
    return {
      issuer,
      isEntra,
      tokenEndpoint: metadata.tokenEndpoint,
      assertion: chooseAssertionForm(settings, metadata),
    };
  };
}

/**
 * If the profile names the issuer, it is the only audience, and the type is explicit (RFC 7523bis, FAPI 2.0): OpenIddict 7
 * accepts only that. For Entra, and if the issuer is not known, the audience is the token endpoint (RFC 7523 section 3).
 */
function chooseAssertionForm(settings: IssuerSettings, { tokenEndpoint, signingAlgorithms }: Metadata): AssertionForm {
  if (settings.isEntra) return { audience: tokenEndpoint, type: 'JWT', algorithm: 'PS256' };
  const algorithm = signingAlgorithms?.includes('RS256') === false ? 'PS256' : 'RS256';
  return settings.kind === 'endpoint' && !settings.isIssuerNamed
    ? { audience: tokenEndpoint, type: 'JWT', algorithm }
    : { audience: settings.issuer, type: 'client-authentication+jwt', algorithm };
}

interface Metadata {
  readonly tokenEndpoint: string;
  /** `token_endpoint_auth_signing_alg_values_supported`; undefined if the issuer does not say. */
  readonly signingAlgorithms?: readonly unknown[] | undefined;
}

function discover(
  issuer: string,
  { budget, ...dependencies }: DiscoveryDependencies & { readonly budget: Budget },
): Promise<Metadata> {
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    let answer: UpstreamAnswer | undefined;
    // The library finds the metadata; this code interprets it.
    await oauth.discoveryRequest(new URL(issuer), {
      algorithm: 'oidc',
      signal,
      [oauth.customFetch]: async (url, { method, headers }) => {
        answer = await fetchUpstream(dependencies.fetch, 'issuer', url, { method, headers, signal });
        return new Response();
      },
    });
    if (answer === undefined) throw new Error('The discovery request ended without an answer.');
    return judgeMetadata(issuer, answer, dependencies.clock.now().wallMs);
  });
}

/** Throws `issuer_rejected` for a refusal and for wrong metadata, `upstream_unavailable` for a temporary error. */
function judgeMetadata(issuer: string, answer: UpstreamAnswer, nowMs: number): Metadata {
  const { status, text } = answer;
  if (status === 404) throw misfit(status, 'has no metadata at /.well-known/openid-configuration');
  if (judgeStatus('issuer', status) !== 'success') throw refuseByStatus(answer, { service: 'issuer', nowMs });
  const metadata = parseJson(text);
  if (metadata === undefined) throw unavailable('returned metadata that cannot be read', { service: 'issuer', status });
  const named = memberOf(metadata, 'issuer');
  const tokenEndpoint = memberOf(metadata, 'token_endpoint');
  const signingAlgorithms = memberOf(metadata, 'token_endpoint_auth_signing_alg_values_supported');
  // RFC 8414 section 3.3: metadata that names another issuer must not be used.
  if (named !== issuer) throw misfit(status, `has metadata whose "issuer" is ${describe(named)}`);
  if (!isHttps(tokenEndpoint)) throw misfit(status, 'has metadata without an https "token_endpoint"');
  return { tokenEndpoint, signingAlgorithms: Array.isArray(signingAlgorithms) ? signingAlgorithms : undefined };
}

function misfit(status: number, what: string): UpstreamError {
  return new UpstreamError(
    'issuer_rejected',
    `The token issuer ${what}.`,
    { service: 'issuer', status },
    {
      hint: 'Check "issuer" of the profile: it must be exactly the "issuer" of the metadata, also the slash at its end. Or set "tokenEndpoint".',
    },
  );
}

/** A request for metadata has no secret, so a URL in the answer cannot repeat one. */
function describe(named: unknown): string {
  return isHttps(named) && named.length <= 200 ? `another one, ${named}` : 'missing or not an https URL';
}

function isHttps(address: unknown): address is string {
  return typeof address === 'string' && URL.canParse(address) && new URL(address).protocol === 'https:';
}
