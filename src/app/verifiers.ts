import type { Verifiers } from '../callers/authenticate.ts';
import { entraKeys, oidcKeys } from '../callers/key-sources.ts';
import { readEasyAuthPrincipal } from '../callers/read-easy-auth.ts';
import { createSigningKeys } from '../callers/signing-keys.ts';
import { createEntraVerifier, createOidcVerifier } from '../callers/verify-bearer.ts';
import type { Config } from '../config/config.ts';
import type { CoreRuntime } from './core.ts';

/** The verifier of each kind of credential. Only those of CALLER_AUTH are used. */
export function createVerifiers({ callers, cloud }: Config, runtime: CoreRuntime): Verifiers {
  const { tenantId, issuer, audiences } = callers;
  const { clock } = runtime;
  if (issuer !== undefined && callers.modes.includes('oidc')) {
    const source = oidcKeys(issuer, runtime);
    const signingKeys = createSigningKeys(source, runtime);
    return { oidc: createOidcVerifier({ issuers: source.issuers, audiences }, { clock, signingKeys }) };
  }
  if (tenantId === undefined) return {};
  const source = entraKeys(cloud, tenantId);
  const signingKeys = createSigningKeys(source, runtime);
  return {
    entra: createEntraVerifier({ tenantId, issuers: source.issuers, audiences }, { clock, signingKeys }),
    authorizationUri: `${cloud.authority}/${tenantId}/oauth2/authorize`,
    easyAuth: (principal) => readEasyAuthPrincipal(principal, tenantId),
  };
}
