import * as oauth from 'oauth4webapi';
import type { Clock } from '../../clock.ts';
import type { Credential } from '../../config/profiles/profile.ts';
import { UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secrets/secret-store.ts';
import { explainByFlaw } from '../../secrets/stored-value.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { createRotatingAuthenticator } from './rotating-authenticator.ts';

const METHODS = {
  client_secret_post: oauth.ClientSecretPost,
  client_secret_basic: oauth.ClientSecretBasic,
} as const;

/** It takes seconds, sometimes minutes, until all servers of Entra know a new secret. */
const REPLICATION_MS = 300_000;

/** The client secret in Key Vault, sent in the form or as HTTP Basic, encoded as in RFC 6749 section 2.3.1. */
export function createSecretAuthenticator(
  { secretName, method }: Extract<Credential, { kind: 'secret' }>,
  dependencies: { readonly secrets: VaultObjectCache<Secret>; readonly clock: Clock; readonly log: Log },
): ClientAuthenticator {
  const { secrets, clock } = dependencies;
  return createRotatingAuthenticator(
    {
      name: `${method}:${secretName}`,
      vaultName: secretName,
      versions: secrets,
      prove: ({ value }) => Promise.resolve(METHODS[method](value)),
      explainRefusal: (error, secret) => explainRefusal(error, secret, clock.now().wallMs),
      mayFallBack: ({ createdOnMs = 0 }) => clock.now().wallMs - createdOnMs < REPLICATION_MS,
    },
    dependencies,
  );
}

/**
 * An issuer that has removed an expired secret says that it is unknown; `expiresOn` in the vault shows that it has expired. A
 * value that is obviously wrong explains the refusal too.
 */
function explainRefusal(error: UpstreamError, secret: Secret, wallMs: number): UpstreamError | undefined {
  const { expiresOnMs } = secret;
  if (error.code === 'secret_expired') return error;
  if (error.code !== 'secret_rejected') return undefined;
  if (expiresOnMs === undefined || expiresOnMs > wallMs) return explainByFlaw(error, secret) ?? error;
  const expiredOn = new Date(expiresOnMs).toISOString().slice(0, 10);
  return new UpstreamError(
    'secret_expired',
    `The token issuer refuses the client secret (${error.upstream.code ?? 'refused'}), which expired on ${expiredOn} according to its expiresOn in Key Vault.`,
    error.upstream,
    { hint: error.hint, cause: error },
  );
}
