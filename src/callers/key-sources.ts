import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../config/clouds.ts';
import { UpstreamError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { Fetch } from '../runtime.ts';
import type { Budget } from '../upstream/budget.ts';
import { fetchUpstream } from '../upstream/fetch-upstream.ts';
import { judgeStatus, refuseByStatus } from '../upstream/judge-status.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { withRetries } from '../upstream/with-retries.ts';
import type { SigningKeysSource } from './signing-keys.ts';

/** Where one tenant's keys are. Entra's tokens name the issuer in the v2 or the v1 form. */
export function entraKeys({ authority, v1IssuerPrefix }: Cloud, tenantId: string): SigningKeysSource {
  return {
    issuers: [`${authority}/${tenantId}/v2.0`, `${v1IssuerPrefix}${tenantId}/`],
    locate: () => Promise.resolve(`${authority}/${tenantId}/discovery/v2.0/keys`),
    explainRefusal: (status) => (status === 400 || status === 404 ? unknownTenant(status) : undefined),
  };
}

export interface MetadataDependencies {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Where an OpenID provider's keys are: its metadata says so (OpenID Connect Discovery 1.0 section 4). */
export function oidcKeys(issuer: string, dependencies: MetadataDependencies): SigningKeysSource {
  return {
    issuers: [issuer],
    locate: (budget) => readKeySetAddress(issuer, budget, dependencies),
    explainRefusal: () => undefined,
  };
}

const metadataSchema = v.looseObject({ issuer: v.string(), jwks_uri: v.string() });

function readKeySetAddress(issuer: string, budget: Budget, dependencies: MetadataDependencies): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return withRetries({ ...dependencies, budget, service: 'issuer' }, async (signal) => {
    const answer = await fetchUpstream(dependencies.fetch, 'issuer', url, { signal });
    const { status } = answer;
    const { wallMs: nowMs } = dependencies.clock.now();
    if (judgeStatus('issuer', status) !== 'success') {
      throw refuseByStatus(answer, { service: 'issuer', nowMs });
    }
    const json = parseJson(answer.text);
    if (json === undefined) throw unavailable('returned metadata that cannot be read', { service: 'issuer', status });
    const metadata = v.safeParse(metadataSchema, json);
    // RFC 8414 section 3.3: metadata that names another issuer must not be used.
    if (metadata.success && metadata.output.issuer === issuer && /^https:\/\//i.test(metadata.output.jwks_uri))
      return metadata.output.jwks_uri;
    throw otherIssuer(status);
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

function otherIssuer(status: number): UpstreamError {
  return new UpstreamError(
    'misconfigured',
    'The metadata of CALLER_ISSUER names another issuer, or no https:// URL of its keys (jwks_uri).',
    { service: 'issuer', status },
    { hint: 'Set CALLER_ISSUER to exactly the value of "issuer" in its /.well-known/openid-configuration.' },
  );
}
