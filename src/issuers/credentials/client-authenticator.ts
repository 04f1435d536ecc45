import type { UpstreamError } from '../../errors.ts';
import type { Budget } from '../../upstream/budget.ts';
import type { AssertionForm } from '../discovery.ts';
import type { ClientAuthentication } from '../token-request.ts';

/** How a client proves to the issuer who it is (RFC 6749 section 2.3). */
export interface ClientAuthenticator {
  /** Names the credential in cache keys; never the credential itself. */
  readonly name: string;
  /** The newest known version of the credential; undefined before any was read. */
  version(): string | undefined;
  /** Starts to read the credential while the issuer is found. If that fails, `authenticate` throws the error. */
  prepare(budget: Budget): void;
  /**
   * Runs `attempt` with the proof. If the issuer refuses the credential, it runs again with another version, if there is one;
   * `newestRefusal` is then why the newest version was refused.
   */
  authenticate<T>(
    context: AuthenticationContext,
    attempt: (authentication: ClientAuthentication, newestRefusal?: UpstreamError) => Promise<T>,
  ): Promise<T>;
}

export interface AuthenticationContext {
  readonly budget: Budget;
  readonly clientId: string;
  readonly assertion: AssertionForm;
}
