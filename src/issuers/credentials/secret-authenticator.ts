import * as oauth from 'oauth4webapi';
import type { Clock } from '../../clock.ts';
import type { Credential } from '../../config/profiles/profile.ts';
import { UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { rideOutRotation } from './ride-out-rotation.ts';

const METHODS = {
  client_secret_post: oauth.ClientSecretPost,
  client_secret_basic: oauth.ClientSecretBasic,
} as const;

/** Entra takes seconds, at times minutes, until every one of its servers knows a new secret. */
const REPLICATION_MS = 300_000;

/**
 * The client secret in Key Vault, sent in the form or as HTTP Basic, encoded as RFC 6749 section 2.3.1 asks.
 *
 * A refused secret that is past its own `expiresOn` is `secret_expired`, whatever the issuer called it.
 */
export function createSecretAuthenticator(
  { secretName, method }: Extract<Credential, { kind: 'secret' }>,
  { secrets, clock, log }: { secrets: VaultObjectCache<Secret>; clock: Clock; log: Log },
): ClientAuthenticator {
  return {
    name: `${method}:${secretName}`,
    version: () => secrets.peek(secretName)?.version,
    authenticate: ({ budget }, attempt) =>
      rideOutRotation(
        {
          credentials: secrets,
          credentialName: secretName,
          clock,
          log,
          budget,
          isRefusal: isSecretRefusal,
          mayFallBack: ({ createdOnMs = 0 }) => clock.now().wallMs - createdOnMs < REPLICATION_MS,
        },
        async (secret, newestRefusal) => {
          try {
            return await attempt(METHODS[method](secret.value), newestRefusal);
          } catch (error) {
            throw explainRefusal(error, secret, clock.now().wallMs);
          }
        },
      ),
  };
}

function isSecretRefusal({ code }: UpstreamError): boolean {
  return code === 'secret_rejected' || code === 'secret_expired';
}

/** Issuers that know an expired secret no longer call it unknown; its `expiresOn` tells what really happened. */
function explainRefusal(error: unknown, { expiresOnMs }: Secret, wallMs: number): unknown {
  if (!(error instanceof UpstreamError) || error.code !== 'secret_rejected') return error;
  if (expiresOnMs === undefined || expiresOnMs > wallMs) return error;
  const expiredOn = new Date(expiresOnMs).toISOString().slice(0, 10);
  return new UpstreamError(
    'secret_expired',
    `The token issuer refuses the client secret (${error.upstream.code ?? 'refused'}), and by its expiresOn in Key Vault it expired on ${expiredOn}.`,
    error.upstream,
    { hint: error.hint, cause: error },
  );
}
