import { elapsedMs, type Clock, type Moment } from '../../clock.ts';
import type { PasswordProfile } from '../../config/profiles/profile.ts';
import { UpstreamError } from '../../errors.ts';
import type { Secret } from '../../secrets/secret-store.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import type { IssuedToken, TokenEndpoint } from '../../tokens/token-endpoint.ts';
import { ENTRA_CODES, type EntraSubject } from '../../upstream/entra-codes.ts';
import { digest } from '../digest.ts';
import type { TokenRequester } from '../token-requester.ts';

interface Refusal {
  readonly passwordVersion: string;
  readonly at: Moment;
  readonly error: UpstreamError;
}

/** Repeated wrong passwords make Entra lock the account (smart lockout). */
const REFUSAL_BELIEVED_MS = 3_600_000;

/**
 * The password grant type (RFC 6749 section 4.3) for a master user. A refused password is not sent again for an hour, unless
 * the vault has another version. Within one call it is sent again only after 429, 5xx or a lost connection.
 */
export function createPasswordEndpoint(
  { username, passwordSecretName }: PasswordProfile,
  requester: TokenRequester,
  { secrets, clock }: { readonly secrets: VaultObjectCache<Secret>; readonly clock: Clock },
): TokenEndpoint {
  const currentVersion = (): string | undefined => secrets.peek(passwordSecretName)?.version;
  let refusal: Refusal | undefined;
  return {
    cacheKey: JSON.stringify([requester.name, digest(username), passwordSecretName]),
    async requestToken(budget) {
      const since = clock.now();
      const { version, value } =
        refusal === undefined
          ? await secrets.get(passwordSecretName, budget)
          : await secrets.reread(passwordSecretName, since, budget);
      if (refusal?.passwordVersion === version && elapsedMs(refusal.at, since) < REFUSAL_BELIEVED_MS) {
        throw refusal.error;
      }
      try {
        const parameters = { username, password: value };
        const { issued } = await requester.request({ grantType: 'password', parameters, isSentOnce: true }, budget);
        refusal = undefined;
        return supersededWith(issued, version, currentVersion);
      } catch (error) {
        if (error instanceof UpstreamError && mayBeAboutPassword(error)) {
          refusal = { passwordVersion: version, at: since, error };
        }
        throw error;
      }
    },
  };
}

/** Outside of `requestToken`, because the function that is cached with the token must not hold the password. */
function supersededWith(issued: IssuedToken, version: string, current: () => string | undefined): IssuedToken {
  return { ...issued, isSuperseded: () => issued.isSuperseded() || current() !== version };
}

const ACCOUNT_SUBJECTS: ReadonlySet<EntraSubject> = new Set(['account', 'proof', 'session']);

/**
 * Whether another attempt may lead to a lockout. True for every refusal, whatever its body says, that is not known to be about
 * something else, such as the client or its consent.
 */
function mayBeAboutPassword({ code, upstream }: UpstreamError): boolean {
  const known = ENTRA_CODES.get(upstream.code ?? '');
  return code === 'issuer_rejected' && (known === undefined || ACCOUNT_SUBJECTS.has(known.subject));
}
