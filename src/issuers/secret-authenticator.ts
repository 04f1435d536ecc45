import * as oauth from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import type { Credential } from '../config/profile.ts';
import type { SecretCache } from '../secrets/secret-cache.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { withClientSecret } from './with-client-secret.ts';

const METHODS = {
  client_secret_post: oauth.ClientSecretPost,
  client_secret_basic: oauth.ClientSecretBasic,
} as const;

/** The client secret in Key Vault, sent in the form or as HTTP Basic, encoded as RFC 6749 section 2.3.1 asks. */
export function createSecretAuthenticator(
  { secretName, method }: Extract<Credential, { kind: 'secret' }>,
  { secrets, clock }: { secrets: SecretCache; clock: Clock },
): ClientAuthenticator {
  return {
    name: `${method}:${secretName}`,
    version: () => secrets.peek(secretName)?.version,
    authenticate: ({ budget }, attempt) =>
      withClientSecret({ secrets, secretName, clock, budget }, ({ value }) => attempt(METHODS[method](value))),
  };
}
