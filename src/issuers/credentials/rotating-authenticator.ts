import type { Clock } from '../../clock.ts';
import { releaseStack, ServiceError, UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { VaultObject } from '../../secrets/vault-object.ts';
import type { Budget } from '../../upstream/budget.ts';
import type { ClientAuthentication } from '../token-request.ts';
import type { AuthenticationContext, ClientAuthenticator } from './client-authenticator.ts';

/** A credential in Key Vault that may be rotated while the app runs. */
export interface RotatingCredential<T extends VaultObject> {
  /** Its name in cache keys. */
  readonly name: string;
  readonly vaultName: string;
  readonly versions: VaultObjectCache<T>;
  /** The proof made of one version. */
  prove(version: T, context: AuthenticationContext): Promise<ClientAuthentication>;
  /** The refusal as the caller gets it; undefined if it is not about this version. */
  explainRefusal(error: UpstreamError, version: T): UpstreamError | undefined;
  /** Whether to try the version before if the newest is refused. */
  mayFallBack(newest: T): boolean;
}

/**
 * Authenticates with the newest version. If the issuer refuses it, the vault is read again: a newer version is tried, or else
 * the version before, since an issuer may take minutes until it knows a new one.
 *
 * Throws the refusal of the newest version, because that is the one that the operator can fix.
 */
export function createRotatingAuthenticator<T extends VaultObject>(
  credential: RotatingCredential<T>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): ClientAuthenticator {
  const { name, vaultName, versions } = credential;
  const newestVersion = (): string | undefined => versions.peek(vaultName)?.version;

  return {
    name,
    version: newestVersion,
    prepare(budget) {
      versions.get(vaultName, budget).catch(() => undefined);
    },
    async authenticate(context, attempt) {
      const since = clock.now();
      const refusals = new Map<string | undefined, UpstreamError>();
      let version = await versions.get(vaultName, context.budget);
      for (;;) {
        const newestRefusal = refusals.get(newestVersion());
        try {
          const result = await attempt(await credential.prove(version, context), newestRefusal);
          if (newestRefusal !== undefined) warn(newestRefusal);
          return result;
        } catch (error) {
          const refusal = error instanceof UpstreamError ? credential.explainRefusal(error, version) : undefined;
          if (refusal === undefined) throw error;
          releaseStack(refusal);
          refusals.set(version.version, refusal);
          const reread = await tryToRead(() => versions.reread(vaultName, since, context.budget));
          const next = await findUntried(reread, refusals, context.budget);
          if (next === undefined) throw refusals.get(newestVersion()) ?? refusal;
          version = next;
        }
      }
    },
  };

  async function findUntried(
    newest: T | undefined,
    refusals: ReadonlyMap<string | undefined, UpstreamError>,
    budget: Budget,
  ): Promise<T | undefined> {
    if (newest === undefined || !refusals.has(newest.version)) return newest;
    if (!credential.mayFallBack(newest)) return undefined;
    const previous = await tryToRead(() => versions.previous(newest, budget));
    return previous === undefined || refusals.has(previous.version) ? undefined : previous;
  }

  /** Tokens are still issued, so only the log shows that the newest version does not work. */
  function warn({ code, upstream, message, hint }: UpstreamError): void {
    log.warn({
      event: 'credential.newest_refused',
      credential: vaultName,
      code,
      upstream_code: upstream.code,
      detail: message,
      hint,
    });
  }
}

/** Undefined if the vault fails too: the caller must get the refusal, which that failure would hide. */
async function tryToRead<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
