import type { UpstreamError } from '../../errors.ts';
import type { Budget } from '../../upstream/budget.ts';
import type { ClientAuthentication } from '../token-request.ts';

/** How a client proves to the issuer that it is itself (RFC 6749 section 2.3). */
export interface ClientAuthenticator {
  /** Names the credential, for cache keys: never the credential itself. */
  readonly name: string;
  /** Which version of the credential is the newest known; undefined before any was read. */
  version(): string | undefined;
  /**
   * Runs `attempt` with the proof, and again with another version of the credential where the issuer refuses the first and
   * there is one. `newestRefusal` is what the newest version was refused with, where this is an older one.
   */
  authenticate<T>(
    context: AuthenticationContext,
    attempt: (authentication: ClientAuthentication, newestRefusal?: UpstreamError) => Promise<T>,
  ): Promise<T>;
}

export interface AuthenticationContext {
  readonly budget: Budget;
  readonly clientId: string;
  /** What an assertion is addressed to: the issuer's token endpoint. */
  readonly audience: string;
}
