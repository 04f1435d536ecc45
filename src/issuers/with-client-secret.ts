import type { Clock } from '../clock.ts';
import { ServiceError, UpstreamError } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';
import type { SecretCache } from '../secrets/secret-cache.ts';
import type { Budget } from '../upstream/budget.ts';

export interface ClientSecretOptions {
  readonly secrets: SecretCache;
  readonly secretName: string;
  readonly clock: Clock;
  readonly budget: Budget;
}

/** Entra takes seconds, at times minutes, until every one of its servers knows a new secret. */
const REPLICATION_MS = 300_000;

/**
 * Runs `attempt` with the client secret, and rides out its rotation: a secret that is refused is read anew at once and, where
 * its version changed, tried again; a new version that the issuer does not know yet gives way to the one before it.
 *
 * Throws what the attempt threw for the newest version; `secret_expired` for a refused secret that is past its own `expiresOn`.
 */
export async function withClientSecret<T>(
  options: ClientSecretOptions,
  attempt: (secret: Secret) => Promise<T>,
): Promise<T> {
  const { secrets, secretName, clock, budget } = options;
  const since = clock.now();
  let secret = await secrets.get(secretName, budget);
  const refused = new Map<string, { readonly refusal: UpstreamError; readonly secret: Secret }>();
  for (;;) {
    try {
      return await attempt(secret);
    } catch (error) {
      if (!isSecretRefusal(error)) throw error;
      refused.set(secret.version, { refusal: error, secret });
      const next = await findUntried();
      if (next === undefined) throw explainNewest({ refusal: error, secret });
      secret = next;
    }
  }

  /** What is wrong with the newest version is what can be mended: that the one before has expired, everybody knows. */
  function explainNewest(last: { refusal: UpstreamError; secret: Secret }): UpstreamError {
    const newest = refused.get(secrets.peek(secretName)?.version ?? '') ?? last;
    return explainRefusal(newest.refusal, newest.secret, clock.now().wallMs);
  }

  async function findUntried(): Promise<Secret | undefined> {
    try {
      const newest = await secrets.reread(secretName, since, budget);
      if (!refused.has(newest.version)) return newest;
      if (!isFresh(newest, clock.now().wallMs)) return undefined;
      const previous = await secrets.previous(newest, budget);
      return previous === undefined || refused.has(previous.version) ? undefined : previous;
    } catch (error) {
      // The refusal is what the caller must hear of; that the vault is away as well would only hide it.
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
}

function isSecretRefusal(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && (error.code === 'secret_rejected' || error.code === 'secret_expired');
}

function isFresh({ createdOnMs }: Secret, wallMs: number): boolean {
  return createdOnMs !== undefined && wallMs - createdOnMs < REPLICATION_MS;
}

/** Issuers that know an expired secret no longer call it unknown; its `expiresOn` tells what really happened. */
function explainRefusal(refusal: UpstreamError, secret: Secret, wallMs: number): UpstreamError {
  const isPast = secret.expiresOnMs !== undefined && secret.expiresOnMs <= wallMs;
  if (refusal.code === 'secret_expired' || !isPast) return refusal;
  const expiredOn = new Date(secret.expiresOnMs).toISOString().slice(0, 10);
  return new UpstreamError(
    'secret_expired',
    `The token issuer refuses the client secret (${refusal.upstream.code ?? 'refused'}), and by its expiresOn in Key Vault it expired on ${expiredOn}.`,
    refusal.upstream,
    { hint: refusal.hint, cause: refusal },
  );
}
