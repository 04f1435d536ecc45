import { elapsedMs, type Clock, type Moment } from '../../clock.ts';
import type { PasswordProfile } from '../../config/profiles/profile.ts';
import { UpstreamError } from '../../errors.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { Secret } from '../../secrets/secret.ts';
import { digest } from '../digest.ts';
import type { TokenEndpoint } from '../../tokens/token-endpoint.ts';
import type { TokenRequester } from '../token-requester.ts';

interface Refusal {
  readonly passwordVersion: string;
  readonly at: Moment;
  readonly error: UpstreamError;
}

/**
 * What is wrong with the account or its password: asking again counts towards the lock-out, or cannot help. `invalid_grant` is all
 * that an issuer with no codes of its own says.
 */
const ACCOUNT_CODES = new Set([
  ...['50126', '50053', '50055', '50056', '50057', '50034', '50074', '50076', '50079', '50158'].map(
    (code) => `AADSTS${code}`,
  ),
  'invalid_grant',
]);

/** A refusal is believed for so long: with the same password again and again, Entra's smart lock-out closes the account. */
const REFUSAL_BELIEVED_MS = 3_600_000;

/**
 * The password grant (RFC 6749 section 4.3) for a master user. What is wrong with the account or its password is never
 * tried again with the same version of the password, until an hour has passed.
 */
export function createPasswordEndpoint(
  { username, passwordSecretName }: PasswordProfile,
  requester: TokenRequester,
  { secrets, clock }: { secrets: VaultObjectCache<Secret>; clock: Clock },
): TokenEndpoint {
  let refusal: Refusal | undefined;
  return {
    cacheKey: JSON.stringify([requester.name, digest(username), passwordSecretName]),
    async requestToken(budget) {
      const since = clock.now();
      const password =
        refusal === undefined
          ? await secrets.get(passwordSecretName, budget)
          : await secrets.reread(passwordSecretName, since, budget);
      if (refusal?.passwordVersion === password.version && elapsedMs(refusal.at, since) < REFUSAL_BELIEVED_MS) {
        throw refusal.error;
      }
      try {
        const { issued } = await requester.request(
          { grantType: 'password', parameters: { username, password: password.value } },
          budget,
        );
        refusal = undefined;
        return {
          ...issued,
          isSuperseded: () => issued.isSuperseded() || secrets.peek(passwordSecretName)?.version !== password.version,
        };
      } catch (error) {
        if (error instanceof UpstreamError && ACCOUNT_CODES.has(error.upstream.code ?? '')) {
          refusal = { passwordVersion: password.version, at: since, error };
        }
        throw error;
      }
    },
  };
}
