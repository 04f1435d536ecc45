import type { Clock } from '../../clock.ts';
import { ServiceError, UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { VaultObject } from '../../secrets/vault-object.ts';
import type { Budget } from '../../upstream/budget.ts';

export interface Rotation<T extends VaultObject> {
  readonly credentials: VaultObjectCache<T>;
  readonly credentialName: string;
  readonly clock: Clock;
  /** Told where only the version before works: nothing has stopped yet. */
  readonly log: Log;
  readonly budget: Budget;
  /** Whether the issuer refused the credential itself. */
  isRefusal(error: UpstreamError): boolean;
  /** Whether the version before is worth a try where `newest` is refused. */
  mayFallBack(newest: T): boolean;
}

/**
 * Runs `attempt` with a credential, and rides out its rotation: one that is refused is read anew at once and, where its version
 * changed, tried again; a new version that the issuer does not know yet gives way to the one before it. That attempt is told
 * what the newest was refused with.
 *
 * Throws what the attempt threw for the newest version.
 */
export async function rideOutRotation<T extends VaultObject, R>(
  rotation: Rotation<T>,
  attempt: (credential: T, newestRefusal: UpstreamError | undefined) => Promise<R>,
): Promise<R> {
  const { credentials, credentialName, clock, budget } = rotation;
  const since = clock.now();
  let credential = await credentials.get(credentialName, budget);
  const refusals = new Map<string, UpstreamError>();
  for (;;) {
    try {
      const newestRefusal = refusalOfNewest();
      const result = await attempt(credential, newestRefusal);
      if (newestRefusal !== undefined) warnOf(newestRefusal);
      return result;
    } catch (error) {
      if (!(error instanceof UpstreamError) || !rotation.isRefusal(error)) throw error;
      refusals.set(credential.version, error);
      const next = await findUntried();
      // What is wrong with the newest version is what can be mended: that the one before has expired, everybody knows.
      if (next === undefined) throw refusalOfNewest() ?? error;
      credential = next;
    }
  }

  function warnOf({ code, upstream, message, hint }: UpstreamError): void {
    rotation.log.warn({
      event: 'credential.newest_refused',
      credential: credentialName,
      code,
      upstream_code: upstream.code,
      detail: message,
      hint,
    });
  }

  function refusalOfNewest(): UpstreamError | undefined {
    return refusals.get(credentials.peek(credentialName)?.version ?? '');
  }

  async function findUntried(): Promise<T | undefined> {
    try {
      const newest = await credentials.reread(credentialName, since, budget);
      if (!refusals.has(newest.version)) return newest;
      if (!rotation.mayFallBack(newest)) return undefined;
      const previous = await credentials.previous(newest, budget);
      return previous === undefined || refusals.has(previous.version) ? undefined : previous;
    } catch (error) {
      // The refusal is what the caller must hear of; that the vault is away as well would only hide it.
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
}
